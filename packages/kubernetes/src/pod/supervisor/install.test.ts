import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Template } from "@capstan/core";
import { afterEach, describe, expect, test } from "vitest";
import { podTask } from "../../testing/pod-values.ts";
import { ReceivingAgent, type Reply } from "../../testing/receiving-agent.ts";
import { busyboxPath, SupervisedPod } from "../../testing/supervised-pod.ts";

const open: { remove?(): void; close?(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) {
    one.remove?.();
    await one.close?.();
  }
});

async function aPod(
  template: Template,
  answer: () => Reply,
): Promise<{ readonly pod: SupervisedPod; readonly agent: ReceivingAgent }> {
  const agent = new ReceivingAgent(answer);
  const pod = new SupervisedPod(podTask(template), { port: await agent.listen(), triesMax: 2 });
  open.push(agent, pod);
  return { pod, agent };
}

/** A tar with one entry `content`: a file's text, or a folder's files. */
function archive(content: string | Readonly<Record<string, string>> | undefined): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "capstan-tar-"));
  const target = join(folder, "content");
  if (typeof content === "string") writeFileSync(target, content, { mode: 0o640 });
  else if (content !== undefined) {
    mkdirSync(target);
    for (const [name, text] of Object.entries(content)) writeFileSync(join(target, name), text);
  }
  const words = content === undefined ? ["-T", "/dev/null"] : ["content"];
  const bytes = execFileSync("tar", ["-cf", "-", "--numeric-owner", "-C", folder, ...words]);
  rmSync(folder, { recursive: true });
  return bytes;
}

const artifactAt = (
  path: string,
  mounts: readonly { readonly name: string; readonly mountPath: string }[] = [],
): Template => ({
  inputs: { artifacts: [{ name: "it's", path }] },
  container: { image: "busybox", command: ["cat"], volumeMounts: mounts },
});

describe.skipIf(busyboxPath === undefined)("install.sh (skipped where there is no busybox)", () => {
  test("brings busybox and the supervisor", async () => {
    const { pod } = await aPod({ container: { image: "busybox", command: ["true"] } }, () => ({ status: 500 }));
    expect(await pod.install()).toMatchObject({ code: 0, message: "" });
    expect(execFileSync(pod.at("bin/busybox"), ["echo", "works"], { encoding: "utf8" })).toBe("works\n");
    expect(existsSync(pod.at("bin/supervise.sh"))).toBe(true);
  });

  test("fetches a file with its mode, by the task's token", async () => {
    const { pod, agent } = await aPod(artifactAt("/data/in.txt"), () => ({ status: 200, body: archive("text\n") }));
    expect((await pod.install()).code).toBe(0);
    expect(agent.received[0]).toMatchObject({
      request: "GET /v1/tasks/uid-1.wf-123.0/inputs/0",
      authorization: "Bearer secret",
    });
    expect(readFileSync(pod.at("inputs/0/content"), "utf8")).toBe("text\n");
    expect(statSync(pod.at("inputs/0/content")).mode & 0o777).toBe(0o640);
  });

  test("puts into the volume what lies in a mounted volume", async () => {
    const template = artifactAt("/work/sub/tree", [{ name: "work", mountPath: "/work" }]);
    const { pod } = await aPod(template, () => ({ status: 200, body: archive({ one: "1", two: "2" }) }));
    expect((await pod.install()).code).toBe(0);
    expect(readFileSync(pod.at("main/work/sub/tree/two"), "utf8")).toBe("2");
    expect(existsSync(pod.at("inputs/0"))).toBe(false);
  });

  test("leaves nothing at the path of an optional artifact that is not there", async () => {
    const { pod } = await aPod(artifactAt("/data/in.txt"), () => ({ status: 200, body: archive(undefined) }));
    expect((await pod.install()).code).toBe(0);
    expect(existsSync(pod.at("inputs/0/content"))).toBe(false);
  });

  test("fetches a script that is too large for an annotation", async () => {
    const source = "#".repeat(200_000);
    const { pod, agent } = await aPod({ script: { image: "busybox", command: ["sh"], source } }, () => ({
      status: 200,
      body: archive(source),
    }));
    expect((await pod.install()).code).toBe(0);
    expect(agent.received[0]?.request).toBe("GET /v1/tasks/uid-1.wf-123.0/inputs/script");
    expect(readFileSync(pod.at("inputs/script/content"), "utf8")).toBe(source);
  });

  test.each([
    { reply: { status: 404 }, message: `required artifact "it's" was not found in the artifact store` },
    { reply: { status: 422, said: "s3 needs credentials" }, message: `artifact "it's": s3 needs credentials` },
    {
      reply: { status: 422, said: `artifact "it's": cannot be read` },
      message: `artifact "it's": cannot be read`,
    },
    { reply: { status: 401 }, message: `artifact "it's": Unauthorized` },
  ])("$reply.status ends it with a message", async ({ reply, message }) => {
    const { pod } = await aPod(artifactAt("/data/in.txt"), () => reply);
    expect(await pod.install()).toMatchObject({ code: 1, message: `${message}\n` });
  });

  test("asks again where the agent cannot answer now, and says so when it never can", async () => {
    const replies: Reply[] = [{ status: 503 }, { status: 200, body: archive("late") }];
    const { pod } = await aPod(artifactAt("/data/in.txt"), () => replies.shift() ?? { status: 503 });
    expect((await pod.install()).code).toBe(0);
    expect(readFileSync(pod.at("inputs/0/content"), "utf8")).toBe("late");
    expect((await pod.install()).message).toMatch(/^artifact "it's": the agent at 127\.0\.0\.1:\d+ does not answer\n$/);
  });
});
