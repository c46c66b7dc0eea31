import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Task, TaskOutcome, Template } from "@capstan/core";
import type { EndedPod, Pod } from "@capstan/kubernetes";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AgentArtifacts } from "../../artifacts/agent-artifacts.ts";
import { aShell, aTask } from "../../testing/a-task.ts";
import { loneArtifacts } from "../../testing/lone-artifacts.ts";
import { podOutcome } from "./pod-outcome.ts";
import { TransferStore } from "./transfer-store.ts";

let folder: string;
let transfers: TransferStore;
let lone: AgentArtifacts;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "capstan-outcome-"));
  transfers = new TransferStore(join(folder, "transfers"));
  lone = loneArtifacts(folder);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const supervisedPod: Pod = { metadata: { name: "p", annotations: { "capstan.dev/supervisor": "1" } } };
const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** The outcome of a task whose supervisor left these notes. */
function outcome(
  template: Partial<Template>,
  notes: string | undefined,
  ended: Partial<EndedPod> = {},
  changes: Partial<Task> = {},
): Promise<TaskOutcome> {
  const task = aTask(aShell("true", template), { id: "t", captureResult: false, ...changes });
  const end: EndedPod = {
    kind: "ended",
    verdict: { phase: "Succeeded" },
    exitCode: 0,
    startedAtMs: 1,
    finishedAtMs: 2,
    resourcesDuration: {},
    ...(notes !== undefined && { terminationMessage: notes }),
    ...ended,
  };
  const { artifacts } = lone;
  return podOutcome(task, supervisedPod, end, { transfers, artifacts, readStdout: async () => "from the log\n" });
}

function sent(name: string, content: string | Buffer): void {
  const path = transfers.pathOf("t", name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** What lies under the key for a task that takes it as its input. */
async function stored(key: string): Promise<string> {
  const path = join(folder, "fetched");
  expect(await lone.artifacts.fetch(aTask({}), { name: "a", s3: { key } }, path)).toEqual({
    ok: true,
    value: "fetched",
  });
  return path;
}

describe("output parameters", () => {
  const parameter = (fallback?: string): Partial<Template> => ({
    outputs: {
      parameters: [{ name: "p", valueFrom: { path: "/p", ...(fallback !== undefined && { default: fallback }) } }],
    },
  });

  test.each([
    { what: "its text, without the last line break", notes: `capstan1 p0=${base64("a\nb\n\n")}`, value: "a\nb\n" },
    { what: "an empty file", notes: "capstan1 p0=", value: "" },
    { what: "its default, when there is no file", notes: "capstan1 p0:missing", fallback: "d", value: "d" },
    { what: "its default, when the supervisor said nothing", notes: undefined, fallback: "", value: "" },
  ])("$what", async ({ notes, fallback, value }) => {
    const { phase, outputs } = await outcome(parameter(fallback), notes);
    expect(phase).toBe("Succeeded");
    expect(outputs?.parameters?.[0]?.value).toBe(value);
  });

  test("what was sent to the agent", async () => {
    sent("p0", "large\n");
    expect((await outcome(parameter(), "capstan1 p0@")).outputs?.parameters?.[0]?.value).toBe("large");
  });

  test.each([
    { notes: "capstan1 p0:missing", message: "open /p: no such file or directory" },
    { notes: "capstan1 p0:folder", message: "read /p: is a directory" },
    { notes: "capstan1 p0:unreadable", message: "open /p: permission denied" },
    {
      notes: "capstan1 p0:large",
      fallback: "d",
      message: 'output parameter "p": /p is larger than 262144 bytes: use an artifact',
    },
    { notes: "capstan1 p0:unsent", message: 'output parameter "p": /p did not reach the agent' },
    { notes: "capstan1 p0@", message: 'output parameter "p": /p did not reach the agent' },
    { notes: undefined, message: 'output parameter "p": the container ended before /p could be read' },
  ])("$message", async ({ notes, fallback, message }) => {
    const { phase, message: said } = await outcome(parameter(fallback), notes);
    expect([phase, said]).toEqual(["Error", `wait: Error (exit code 64): ${message}`]);
  });

  test("a failure stays what it is, with what there is of its outputs", async () => {
    const verdict = { phase: "Failed", message: "main: Error (exit code 1)" } as const;
    const two = {
      outputs: {
        parameters: [
          { name: "a", valueFrom: { path: "/a" } },
          { name: "b", valueFrom: { path: "/b" } },
        ],
      },
    };
    const ended = await outcome(two, `capstan1 p0=${base64("x")} p1:missing`, { verdict, exitCode: 1 });
    expect(ended).toMatchObject({ ...verdict, outputs: { exitCode: "1", parameters: [{ name: "a", value: "x" }] } });
    expect(ended.outputs?.parameters).toHaveLength(1);
  });
});

describe("output artifacts", () => {
  const artifact = (more: object = {}): Partial<Template> => ({
    outputs: { artifacts: [{ name: "a", path: "/a", ...more }] },
  });

  test("one that was sent is stored under its key", async () => {
    sent("a0.tgz", "packed");
    const { outputs } = await outcome(artifact(), "capstan1 a0@", {}, { workflowName: "wf", podName: "wf-1" });
    expect(outputs?.artifacts).toEqual([{ name: "a", path: "/a", s3: { key: "wf/wf-1/a.tgz" } }]);
    expect(readFileSync(await stored("wf/wf-1/a.tgz"), "utf8")).toBe("packed");
    // Done again after a crash, it changes nothing.
    expect((await outcome(artifact(), "capstan1 a0@", {}, { workflowName: "wf", podName: "wf-1" })).phase).toBe(
      "Succeeded",
    );
  });

  test("a folder without archiving is stored as a tree, under the key that is given", async () => {
    const tree = join(folder, "tree");
    mkdirSync(tree);
    writeFileSync(join(tree, "file"), "text");
    sent("a0.folder", execFileSync("tar", ["-cf", "-", "-C", folder, "tree"]));
    const { outputs } = await outcome(artifact({ archive: { none: {} }, s3: { key: "my/tree" } }), "capstan1 a0@");
    expect(outputs?.artifacts?.[0]).toMatchObject({ s3: { key: "my/tree" } });
    expect(readdirSync(await stored("my/tree"))).toEqual(["file"]);
  });

  test.each([
    { notes: "capstan1 a0:missing", optional: true, phase: "Succeeded", message: undefined },
    {
      notes: "capstan1 a0:missing",
      optional: false,
      phase: "Error",
      message: 'artifact "a": stat /a: no such file or directory',
    },
    {
      notes: "capstan1 a0:unsent",
      optional: true,
      phase: "Error",
      message: 'artifact "a" at /a could not be saved: unsent',
    },
  ])("$notes, optional: $optional", async ({ notes, optional, phase, message }) => {
    const ended = await outcome(artifact({ optional }), notes);
    expect(ended.phase).toBe(phase);
    expect(ended.message).toBe(message && `wait: Error (exit code 64): ${message}`);
    expect(existsSync(join(folder, "artifacts"))).toBe(false);
  });
});

describe("the result", () => {
  const captured = { captureResult: true };

  test.each([
    { what: "is the log, without the last line break", notes: undefined, result: "from the log" },
    { what: "is what the supervisor took", notes: `capstan1 r=${base64("taken\n")}`, result: "taken" },
  ])("$what", async ({ notes, result }) => {
    expect((await outcome({}, notes, {}, captured)).outputs).toEqual({ result, exitCode: "0" });
  });

  test("is what was sent", async () => {
    sent("result", "long\n");
    expect((await outcome({}, "capstan1 r@", {}, captured)).outputs?.result).toBe("long");
  });

  test("is not there when the container never ran", async () => {
    const { exitCode: _code, ...never } = { exitCode: 0, verdict: { phase: "Failed", message: "m" } as const };
    const task = aTask(aShell("true"), { id: "t", captureResult: true });
    const end: EndedPod = { kind: "ended", startedAtMs: 1, finishedAtMs: 2, resourcesDuration: {}, ...never };
    const { artifacts } = lone;
    const ended = await podOutcome(task, supervisedPod, end, { transfers, artifacts, readStdout: async () => "x" });
    expect(ended).toEqual({ phase: "Failed", message: "m", startedAtMs: 1, finishedAtMs: 2, resourcesDuration: {} });
  });
});
