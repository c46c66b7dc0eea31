import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ScriptedApiServer } from "../testing/scripted-api-server.ts";
import { KubeClient } from "./kube-client.ts";
import { KubeError } from "./kube-error.ts";
import { pathOf, ResourceMapper } from "./resource-mapper.ts";

let server: ScriptedApiServer;
let client: KubeClient;

beforeEach(async () => {
  server = new ScriptedApiServer();
  client = new KubeClient(await server.listen(), { userAgent: "test/1" });
});

afterEach(async () => {
  client.close();
  await server.close();
});

test("sends what the API expects", async () => {
  server.answer((request, response) => {
    const { authorization, accept, "user-agent": agent, "content-type": type } = request.headers;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ authorization, accept, agent, type }));
  });
  expect(await client.patch("/api/v1/x", { a: 1 }, "strategic", { force: true, absent: undefined })).toEqual({
    authorization: "Bearer secret",
    accept: "application/json",
    agent: "test/1",
    type: "application/strategic-merge-patch+json",
  });
  expect(server.requests).toEqual(["PATCH /api/v1/x?force=true"]);
});

test.each([
  {
    status: 409,
    body: { code: 409, reason: "AlreadyExists", message: "there" },
    reason: "AlreadyExists",
    again: false,
  },
  {
    status: 429,
    body: { code: 429, reason: "TooManyRequests", message: "slowly" },
    reason: "TooManyRequests",
    again: true,
  },
  { status: 502, body: "<html>bad gateway</html>", reason: "Unknown", again: true },
])("$status becomes $reason", async ({ status, body, reason, again }) => {
  server.json(status, body);
  const error = await client.get("/x").catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(KubeError);
  expect(error).toMatchObject({ status, reason, isTransient: again });
});

test("a server that is not there is an error that names it", async () => {
  await server.close();
  const error = await client.get("/x").catch((caught: unknown) => caught);
  expect(error).toMatchObject({ status: 0, reason: "Unreachable", isTransient: true });
  expect(String(error)).toContain("127.0.0.1");
});

test("an answer that takes too long is given up", async () => {
  const hasty = new KubeClient(client.access, { userAgent: "test", timeoutMs: 20 });
  await expect(hasty.get("/never")).rejects.toMatchObject({ status: 0, reason: "Unreachable" });
  hasty.close();
});

test("kinds are found by discovery, once a version, and looked up again when they are new", async () => {
  const mapper = new ResourceMapper(client);
  server.json(200, {
    resources: [
      { name: "jobs", kind: "Job", namespaced: true },
      { name: "jobs/status", kind: "Job" },
    ],
  });
  const job = await mapper.typeOf("batch/v1", "Job");
  expect(await mapper.typeOf("batch/v1", "Job")).toBe(job);
  expect(pathOf(job, "ns", "a b")).toBe("/apis/batch/v1/namespaces/ns/jobs/a%20b");
  server.json(404, { code: 404, reason: "NotFound", message: "no" });
  server.json(404, { code: 404, reason: "NotFound", message: "no" });
  await expect(mapper.typeOf("x/v1", "X")).rejects.toThrow('the cluster knows no kind "X" in version "x/v1"');
  expect(pathOf({ apiVersion: "v1", plural: "nodes", isNamespaced: false }, "ns")).toBe("/api/v1/nodes");
});

test("acts as another user over the same connections", async () => {
  for (let times = 0; times < 2; times++)
    server.answer((request, response) => {
      const { authorization, "impersonate-user": user = null } = request.headers;
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ authorization, user, port: request.socket.remotePort }));
    });
  const acting = client.actingAs("system:serviceaccount:argo:default");
  const first = await acting.get<{ readonly port: number }>("/x");
  expect(first).toMatchObject({ authorization: "Bearer secret", user: "system:serviceaccount:argo:default" });
  expect(await client.get("/x")).toMatchObject({ user: null, port: first.port });
});

describe("types by the names that people use", () => {
  const core = {
    resources: [{ name: "pods", singularName: "pod", kind: "Pod", namespaced: true, shortNames: ["po"] }],
  };
  const batch = { resources: [{ name: "jobs", singularName: "", kind: "Job", namespaced: true }] };
  const version = (groupVersion: string) => ({ groupVersion });
  const groups = {
    groups: [
      {
        versions: [version("batch/v1"), version("batch/v1beta1")],
        preferredVersion: version("batch/v1"),
      },
    ],
  };

  test.each([
    { name: "pods", answers: [groups, core], plural: "pods" },
    { name: "PO", answers: [groups, core], plural: "pods" },
    { name: "job", answers: [groups, core, batch], plural: "jobs" },
    { name: "jobs.batch", answers: [groups, batch], plural: "jobs" },
    { name: "job.v1beta1.batch", answers: [groups, batch], plural: "jobs" },
    { name: "pods.v1", answers: [groups, core], plural: "pods" },
  ])("$name", async ({ name, answers, plural }) => {
    for (const answer of answers) server.json(200, answer);
    expect(await new ResourceMapper(client).typeNamed(name)).toMatchObject({ plural });
    expect(server.requests).toHaveLength(answers.length);
  });

  test.each(["nope", "job.other", "job.v9.batch"])("not %s", async (name) => {
    for (const answer of [groups, core, batch]) server.json(200, answer);
    const error = await new ResourceMapper(client).typeNamed(name).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ status: 404, message: `the cluster has no resource type "${name}"` });
  });
});
