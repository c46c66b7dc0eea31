import { fail, type NodeStatus, type OpenedArtifact, ok } from "@capstan/core";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createHttpServer } from "./server.ts";
import { FakeWorld } from "./testing/fake-world.ts";
import { hello } from "./testing/manifests.ts";

let world: FakeWorld;
let server: FastifyInstance;
beforeEach(async () => {
  world = new FakeWorld();
  server = await createHttpServer(world.dependencies());
  await server.inject({
    method: "POST",
    url: "/api/v1/workflows/default",
    payload: { workflow: hello({ name: "wf" }) },
  });
  const node: NodeStatus = {
    ...{ id: "wf-1", name: "wf.a", displayName: "a", type: "Pod", phase: "Succeeded", templateName: "main" },
    ...{ attempt: 1, startedAtMs: 1, links: { ordinal: 0 } },
    inputs: { artifacts: [{ name: "given", raw: { data: "as written" } }] },
    outputs: {
      artifacts: [
        { name: "report", s3: { key: "wf/pod/report.tgz" } },
        { name: "élan", s3: { key: 'wf/pod/été"1.txt' } },
        { name: "site", s3: { key: "wf/pod/site" } },
      ],
    },
  };
  world.commit(world.names.get("default/wf") ?? "", { nodes: [node] });
});
afterEach(() => server.close());

function opened(text: string, kind: OpenedArtifact["kind"] = "file") {
  const bytes = Buffer.from(text);
  const content = async function* () {
    yield bytes.subarray(0, 3);
    yield bytes.subarray(3);
  };
  return ok({ kind, bytes: bytes.length, content: content() });
}

describe("argo cp and Hera download artifacts", () => {
  test.each([
    { from: "/artifacts/default/wf/wf-1/report" },
    { from: "/artifact-files/default/workflows/wf/wf-1/outputs/report" },
    { from: "/artifact-files/default/workflow/wf/wf-1/outputs/report" },
  ])("whole, from $from", async ({ from }) => {
    world.artifacts.set("default/wf/pod/report.tgz", opened("the bytes"));
    const answer = await server.inject(from);
    expect({ status: answer.statusCode, body: answer.body }).toEqual({ status: 200, body: "the bytes" });
    expect(answer.headers["content-length"]).toBe("9");
    expect(answer.headers["content-disposition"]).toContain('filename="report.tgz"');
  });

  test("as files, never as pages of this server", async () => {
    world.artifacts.set('default/wf/pod/été"1.txt', opened("<script>"));
    const { headers } = await server.inject("/artifacts/default/wf/wf-1/%C3%A9lan");
    expect(headers).toMatchObject({
      "content-type": "application/octet-stream",
      "content-security-policy": expect.stringContaining("sandbox"),
      "content-disposition": `attachment; filename="_t__1.txt"; filename*=UTF-8''%C3%A9t%C3%A9%221.txt`,
      "x-content-type-options": "nosniff",
    });
  });

  test("inputs too, and those that stand in the manifest", async () => {
    expect((await server.inject("/input-artifacts/default/wf/wf-1/given")).body).toBe("as written");
  });

  test("a folder that was stored without an archive comes as one", async () => {
    world.artifacts.set("default/wf/pod/site", opened("a tar", "folder"));
    const { headers } = await server.inject("/artifacts/default/wf/wf-1/site");
    expect(headers["content-disposition"]).toContain('filename="site.tar"');
  });

  test.each([
    { what: "a node that is not there", url: "/artifacts/default/wf/wf-9/report", status: 404, message: "wf-9" },
    {
      what: "an artifact that is not there",
      url: "/artifacts/default/wf/wf-1/x",
      status: 404,
      message: 'artifact "x"',
    },
    {
      what: "an input by an output's name",
      url: "/input-artifacts/default/wf/wf-1/report",
      status: 404,
      message: "input",
    },
    { what: "one whose bytes are gone", url: "/artifacts/default/wf/wf-1/site", status: 404, message: "not kept here" },
    {
      what: "a file inside of one",
      url: "/artifact-files/default/workflows/wf/wf-1/outputs/site/index.html",
      status: 501,
      message: "the whole artifact",
    },
  ])("$what is said", async ({ url, status, message }) => {
    const answer = await server.inject(url);
    expect(answer.statusCode).toBe(status);
    expect(answer.json().message).toContain(message);
  });

  test("one whose agent does not answer says which", async () => {
    world.artifacts.set("default/wf/pod/report.tgz", fail("the agent did not answer: agent east-1"));
    const answer = await server.inject("/artifacts/default/wf/wf-1/report");
    expect(answer).toMatchObject({ statusCode: 503 });
    expect(answer.json().message).toContain("agent east-1");
  });
});
