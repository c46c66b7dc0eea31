import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Task } from "@capstan/core";
import { transferLimits } from "@capstan/kubernetes";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { silentLogger } from "../../logger.ts";
import { aShell, aTask } from "../../testing/a-task.ts";
import { loneArtifacts } from "../../testing/lone-artifacts.ts";
import { TransferServer } from "./transfer-server.ts";
import { TransferStore } from "./transfer-store.ts";
import { TransferTokens } from "./transfer-token.ts";

const task = aTask(
  aShell("true", {
    inputs: {
      artifacts: [
        { name: "raw", path: "/in/raw", raw: { data: "hello" }, mode: 0o750 },
        { name: "optional", path: "/in/o", optional: true, s3: { key: "none" } },
        { name: "missing", path: "/in/m", s3: { key: "none" } },
        { name: "foreign", path: "/in/f", git: { repo: "https://example.com/x" } },
      ],
    },
    outputs: {
      parameters: [{ name: "p", valueFrom: { path: "/p" } }],
      artifacts: [{ name: "a", path: "/a" }],
    },
  }),
);
const tokens = new TransferTokens("key");

let folder: string;
let store: TransferStore;
let server: TransferServer;
let root: string;
let tasks: Task[];
let progress: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "capstan-transfer-"));
  store = new TransferStore(join(folder, "transfers"));
  tasks = [task];
  const { artifacts, server: blobs } = loneArtifacts(folder);
  const taskOf = (id: string): Task | undefined => tasks.find((one) => one.id === id);
  progress = [];
  server = new TransferServer({
    ...{ host: "127.0.0.1", port: 0, tokens, store, artifacts, blobs, taskOf, logger: silentLogger },
    onProgress: (id, text) => progress.push(`${id} ${text}`),
  });
  root = `http://127.0.0.1:${await server.start()}/v1/tasks/${task.id}`;
});

afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const authorization = `Bearer ${tokens.tokenOf(task.id)}`;
const post = (place: string, body: string | ReadableStream, headers: Record<string, string> = { authorization }) =>
  fetch(`${root}/${place}`, { method: "POST", body, headers, duplex: "half" } as RequestInit);
const get = (place: string) => fetch(`${root}/${place}`, { headers: { authorization } });

describe("outputs", () => {
  test("a parameter is taken whole, and a second one takes its place", async () => {
    expect((await post("parameters/0", "first")).status).toBe(204);
    expect((await post("parameters/0", "second")).status).toBe(204);
    expect(await store.text(task.id, "p0")).toBe("second");
  });

  test.each([
    { what: "another task's token", headers: { authorization: `Bearer ${tokens.tokenOf("uid.other.0")}` } },
    { what: "no token", headers: {} },
    { what: "another way to say it", headers: { authorization: `Basic ${tokens.tokenOf(task.id)}` } },
  ])("with $what nothing is taken", async ({ headers }) => {
    expect((await post("parameters/0", "x", headers)).status).toBe(401);
    expect(await store.has(task.id, "p0")).toBe(false);
  });

  test.each(["parameters/1", "parameters/-1", "parameters/x", "artifacts/0?kind=zip", "artifacts/0", "other/0"])(
    "%s is no output of the task's",
    async (place) => expect((await post(place, "x")).status).toBe(404),
  );

  test("what is larger than an output may be is refused and not kept", async () => {
    expect((await post("parameters/0", "x".repeat(transferLimits.textBytesMax))).status).toBe(204);
    expect((await post("result", "x".repeat(transferLimits.textBytesMax + 1))).status).toBe(413);
    expect(await store.has(task.id, "result")).toBe(false);
  });

  test("progress is passed on where it is some", async () => {
    for (const text of ["1/3\n", "", "half", "3/3"]) expect((await post("progress", text)).status).toBe(204);
    expect((await post("progress", "9".repeat(100))).status).toBe(413);
    expect(progress).toEqual([`${task.id} 1/3`, `${task.id} 3/3`]);
  });

  test("a body that breaks off is dropped", async () => {
    const broken = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode("half"));
      },
      pull(controller) {
        controller.error(new Error("gone"));
      },
    });
    await expect(post("artifacts/0?kind=file", broken)).rejects.toThrow();
    expect(await store.has(task.id, "a0.file")).toBe(false);
  });

  test("a task that the agent does not have yet is answered with: try again", async () => {
    tasks = [];
    expect((await post("parameters/0", "x")).status).toBe(503);
  });
});

describe("inputs", () => {
  const tar = async (place: string, words: readonly string[]): Promise<string> =>
    execFileSync("tar", words, { input: Buffer.from(await (await get(place)).arrayBuffer()), encoding: "utf8" });

  test("an artifact comes as a tar with one entry, its mode applied", async () => {
    expect(await tar("inputs/0", ["-tvf", "-"])).toMatch(/^-rwxr-x--- .* content\n$/);
    expect(await tar("inputs/0", ["-xOf", "-", "content"])).toBe("hello");
  });

  test("an optional one that is missing comes as a tar without entries", async () => {
    expect(await tar("inputs/1", ["-tf", "-"])).toBe("");
  });

  test("a missing one is 404, one that cannot be had says why in the status line", async () => {
    expect((await get("inputs/2")).status).toBe(404);
    const foreign = await get("inputs/3");
    expect(foreign.status).toBe(422);
    expect(foreign.statusText).toBe((await foreign.text()).trim());
    expect(foreign.statusText).toContain('artifact "foreign"');
  });
});
