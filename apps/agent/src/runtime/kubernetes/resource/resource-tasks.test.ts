import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock, JsonObject, RunningTask, Task, Template } from "@capstan/core";
import { KubeClient } from "@capstan/kubernetes";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { silentLogger } from "../../../logger.ts";
import { systemClock } from "../../../system-clock.ts";
import { aTask } from "../../../testing/a-task.ts";
import { loneArtifacts } from "../../../testing/lone-artifacts.ts";
import { SmallApiServer } from "../../../testing/small-api-server.ts";
import { ResourceTasks } from "./resource-tasks.ts";

let server: SmallApiServer;
let client: KubeClient;
let folder: string;
const agents: ResourceTasks[] = [];

beforeEach(async () => {
  server = new SmallApiServer();
  client = new KubeClient(await server.listen(), { userAgent: "test" });
  folder = mkdtempSync(join(tmpdir(), "capstan-resource-"));
});

afterEach(async () => {
  for (const agent of agents.splice(0)) agent.close();
  client.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** An agent of the node whose state is in `node`; another one of the same node is its successor. */
function agent(node = "node-1", clock: Clock = systemClock): ResourceTasks {
  const { artifacts } = loneArtifacts(folder);
  const made = new ResourceTasks({
    ...{ client, artifacts, clock, nodeName: node, logger: silentLogger },
    folder: join(folder, node),
  });
  agents.push(made);
  return made;
}

const observer = { started: () => undefined, progressed: () => undefined };
const manifest = (metadata: JsonObject = { name: "j" }) =>
  JSON.stringify({ apiVersion: "batch/v1", kind: "Job", metadata });
const resource = (fields: JsonObject, more: Partial<Template> = {}, changes: Partial<Task> = {}): Task =>
  aTask({ resource: { manifest: manifest(), ...fields }, ...more } as Template, changes);
const output = (valueFrom: JsonObject): Partial<Template> =>
  ({ outputs: { parameters: [{ name: "p", valueFrom }] } }) as Partial<Template>;
const name = output({ jsonPath: "{.metadata.name}" });

async function run(task: Task, on = agent()) {
  return (await on.start(task, observer)).outcome;
}

const parameterOf = (outcome: Awaited<RunningTask["outcome"]>) =>
  "outputs" in outcome ? outcome.outputs?.parameters?.[0]?.value : undefined;

describe("an action", () => {
  test("is done as the task's ServiceAccount", async () => {
    const outcome = await run(resource({ action: "create" }, { serviceAccountName: "builder" } as Partial<Template>));
    expect(outcome).toMatchObject({ phase: "Succeeded", hostNodeName: "node-1", outputs: { exitCode: "0" } });
    expect(server.requests).toEqual(["POST j as system:serviceaccount:argo:builder"]);
  });

  test.each([
    [{ executor: { serviceAccountName: "x" }, serviceAccountName: "y" }, "x"],
    [{ serviceAccountName: "y" }, "y"],
    [{}, "default"],
  ])("with the workflow's %j acts as %s", async (podDefaults, account) => {
    await run(resource({ action: "create" }, {}, { podDefaults: podDefaults as JsonObject }));
    expect(server.requests[0]).toBe(`POST j as system:serviceaccount:argo:${account}`);
  });

  test("that the server refuses fails with its words and Argo's code", async () => {
    server.put("j");
    expect(await run(resource({ action: "create" }))).toMatchObject({
      phase: "Failed",
      message: "main: Error (exit code 64): Error from server (AlreadyExists): AlreadyExists says the server",
      outputs: { exitCode: "64" },
    });
  });

  test("is tried again while the server fails, not for ever", async () => {
    server.refusals.push({ verb: "POST", status: 503 }, { verb: "POST", status: 429 });
    expect(await run(resource({ action: "create" }))).toMatchObject({ phase: "Succeeded" });
    const clock = { ...systemClock, nowMs: () => 0, sleep: async () => undefined };
    for (let times = 0; times < 9; times++) server.refusals.push({ verb: "GET", status: 500 });
    expect(await run(resource({ action: "get" }), agent("node-1", clock))).toMatchObject({
      phase: "Failed",
      message: expect.stringContaining("InternalError"),
    });
    expect(server.requests.filter((request) => request.startsWith("GET"))).toHaveLength(5);
  });

  test("get of what is absent fails, or gives defaults where that is asked for", async () => {
    expect(await run(resource({ action: "get" }))).toMatchObject({ phase: "Failed" });
    const defaulted = output({ jsonPath: "{.metadata.name}", default: "none" });
    const outcome = await run(resource({ action: "get", flags: ["--ignore-not-found"] }, defaulted));
    expect(outcome).toMatchObject({ phase: "Succeeded" });
    expect(parameterOf(outcome)).toBe("none");
  });

  test("takes its manifest from an artifact", async () => {
    const inputs = { artifacts: [{ name: "m", raw: { data: manifest({ name: "from-artifact" }) } }] };
    const from = { manifestFrom: { artifact: { name: "m" } }, manifest: "" };
    expect(await run(resource({ action: "create", ...from }, { inputs } as Partial<Template>))).toMatchObject({
      phase: "Succeeded",
    });
    expect(server.names).toEqual(["from-artifact"]);
    const missing = { artifacts: [{ name: "m", s3: { key: "nowhere" } }] };
    expect(await run(resource({ action: "create", ...from }, { inputs: missing } as Partial<Template>))).toMatchObject({
      message: 'main: Error (exit code 64): artifact "m" does not exist',
    });
  });

  test("leaves an owner that the cluster does not know out, and says so", async () => {
    const on = agent();
    const task = resource({ action: "create", setOwnerReference: true });
    expect(await run(task, on)).toMatchObject({ phase: "Succeeded" });
    expect(server.object("j")?.metadata.ownerReferences).toBeUndefined();
    expect((await logOf(on, task))[0]).toContain("the workflow is no object of this cluster");
  });
});

async function logOf(on: ResourceTasks, task: Task): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { text } of on.logs(task.id, { follow: true })) lines.push(text);
  return lines;
}

describe("conditions", () => {
  const waiting = { action: "create", successCondition: "status.succeeded > 1", failureCondition: "status.failed > 0" };

  test.each<{ readonly what: string; readonly happens: () => void; readonly end: object }>([
    { what: "success", happens: () => server.put("j", { status: { succeeded: 2 } }), end: { phase: "Succeeded" } },
    {
      what: "failure",
      happens: () => server.put("j", { status: { failed: 1, succeeded: 2 } }),
      end: {
        phase: "Failed",
        message: "main: Error (exit code 64): failure condition '{status.failed gt [0]}' evaluated true",
      },
    },
    {
      what: "deletion",
      happens: () => server.finishDeletion("j"),
      end: { phase: "Failed", message: expect.stringContaining("job.batch/j was deleted") },
    },
    {
      what: "another object of the name",
      happens: () => {
        server.finishDeletion("j");
        server.put("j", { status: { succeeded: 2 } });
      },
      end: { phase: "Failed", message: expect.stringContaining("was deleted") },
    },
  ])("are followed by one watch: $what", async ({ happens, end }) => {
    const running = await agent().start(resource(waiting, name), observer);
    await server.asked("WATCH");
    server.put("j", { status: { succeeded: 1 } });
    happens();
    expect(await running.outcome).toMatchObject(end);
    expect(server.requests.map((request) => request.split(" ")[0])).toEqual(["POST", "LIST", "WATCH"]);
  });

  test("are met by what the action answers, without another request", async () => {
    server.put("j", { status: { succeeded: 2 } });
    const outcome = await run(resource({ ...waiting, action: "get" }, name));
    expect(parameterOf(outcome)).toBe("j");
    expect(server.requests).toHaveLength(1);
  });

  test.each(["LIST", "WATCH"])("are looked at now and then where the account may not %s", async (verb) => {
    server.forbidden.add(verb);
    let looks = 0;
    const sleep = async (delayMs: number): Promise<void> => {
      expect(delayMs).toBe(5_000);
      looks += 1;
      if (looks === 2) server.put("j", { status: { succeeded: 2 } });
    };
    const outcome = await run(resource(waiting), agent("node-1", { ...systemClock, nowMs: () => 0, sleep }));
    expect(outcome).toMatchObject({ phase: "Succeeded" });
    expect(server.requests.filter((request) => request.startsWith("GET"))).toHaveLength(3);
  });

  test("end with the task: told to, or by its deadline", async () => {
    const running = await agent().start(resource(waiting), observer);
    await server.asked("WATCH");
    running.kill("stopped with strategy Terminate", 0);
    expect(await running.outcome).toMatchObject({ phase: "Failed", message: "stopped with strategy Terminate" });
    const late = resource({ ...waiting, action: "get" }, {}, { runLimitMs: 1 });
    expect(await run(late)).toMatchObject({
      phase: "Failed",
      message: "Pod was active on the node longer than the specified deadline",
    });
  });
});

describe("a successor", () => {
  const generated = { manifest: manifest({ generateName: "job-" }), action: "create" };

  test("on another node finds what was created for the task, whatever its name was to be", async () => {
    const task = resource(generated, name);
    const first = await run(task);
    const second = await run(task, agent("node-2"));
    expect(server.names).toHaveLength(1);
    expect(server.names[0]).toMatch(/^job-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect([parameterOf(first), parameterOf(second)]).toEqual([server.names[0], server.names[0]]);
  });

  test("on the same node goes on where the agent was, and creates nothing again", async () => {
    const task = resource({ ...generated, successCondition: "status.succeeded == 1" }, name);
    const first = agent();
    await first.start(task, observer);
    await server.asked("WATCH");
    first.close();
    const [made = ""] = server.names;
    const next = agent();
    expect(await next.leftovers(async () => true)).toEqual([task]);
    const running = await next.start(task, observer);
    await server.asked("WATCH", 2);
    server.put(made, { status: { succeeded: 1 } });
    expect(parameterOf(await running.outcome)).toBe(made);
    expect(server.requests.filter((request) => request.startsWith("POST"))).toHaveLength(1);
    // Ended but not committed: the outcome is told again without a request.
    const asked = server.requests.length;
    expect(await run(task, agent())).toMatchObject({ phase: "Succeeded" });
    expect(server.requests).toHaveLength(asked);
  });

  test("takes another name where a stranger has the generated one", async () => {
    const task = resource(generated, name);
    await run(task);
    const [taken = ""] = server.names;
    server.put(taken, { metadata: { annotations: { "capstan.dev/task-id": "another" } } });
    expect(parameterOf(await run(task, agent("node-2")))).not.toBe(taken);
    expect(server.names).toHaveLength(2);
  });

  test("counts a deletion as done when its predecessor began it", async () => {
    server.put("j");
    server.deletesSlowly = true;
    const task = resource({ action: "delete" });
    const first = agent();
    await first.start(task, observer);
    await server.asked("WATCH");
    first.close();
    server.finishDeletion("j");
    expect(await run(task, agent())).toMatchObject({ phase: "Succeeded" });
    expect(await run(resource({ action: "delete" }))).toMatchObject({
      message: "main: Error (exit code 64): Error from server (NotFound): NotFound says the server",
    });
  });

  test("leaves alone what nobody wants any more, and forgets what is committed", async () => {
    const task = resource({ action: "create" });
    const first = agent();
    await run(task, first);
    first.forget(task.id);
    expect(await agent().leftovers(async () => true)).toEqual([]);
    const other = resource({ action: "get" });
    await run(other, first);
    expect(await agent().leftovers(async () => false)).toEqual([]);
    const last = agent();
    expect(await last.leftovers(async () => true)).toEqual([]);
    // Its log can still be read.
    expect(await logOf(last, task)).toEqual(["job.batch/j created"]);
  });
});

describe("a deletion", () => {
  test("ends when the object is gone", async () => {
    server.put("j");
    server.deletesSlowly = true;
    const running = await agent().start(resource({ action: "delete" }), observer);
    await server.asked("WATCH");
    server.finishDeletion("j");
    expect(await running.outcome).toMatchObject({ phase: "Succeeded" });
  });

  test("does not wait where it need not", async () => {
    server.put("j");
    server.deletesSlowly = true;
    expect(await run(resource({ action: "delete", flags: ["--wait=false"] }))).toMatchObject({ phase: "Succeeded" });
    expect(server.names).toEqual(["j"]);
  });

  test("takes all that a selector finds", async () => {
    server.put("a");
    server.put("b");
    const on = agent();
    const task = resource({ action: "delete", manifest: "", flags: ["jobs", "--all"] });
    expect(await run(task, on)).toMatchObject({ phase: "Succeeded" });
    expect(server.names).toEqual([]);
    expect(await logOf(on, task)).toEqual(["job.batch/a deleted", "job.batch/b deleted"]);
  });
});

test("logs are followed to the task's end", async () => {
  const on = agent();
  const task = resource({ action: "create", successCondition: "status.succeeded == 1" });
  const running = await on.start(task, observer);
  const log = logOf(on, task);
  await server.asked("WATCH");
  server.put("j", { status: { succeeded: 1 } });
  await running.outcome;
  expect(await log).toEqual(["job.batch/j created", "job.batch/j: waiting for its conditions"]);
  expect(on.hasLogs(task.id)).toBe(true);
  expect(on.hasLogs("another")).toBe(false);
});

test("old logs go", async () => {
  let nowMs = 0;
  const on = agent("node-1", { ...systemClock, nowMs: () => nowMs });
  const task = resource({ action: "create" });
  await run(task, on);
  nowMs = 30 * 3_600_000;
  on.collectGarbage();
  expect(on.hasLogs(task.id)).toBe(true);
  on.forget(task.id);
  nowMs = 60 * 3_600_000;
  on.collectGarbage();
  expect(on.hasLogs(task.id)).toBe(false);
  expect(await agent().leftovers(async () => true)).toEqual([]);
});
