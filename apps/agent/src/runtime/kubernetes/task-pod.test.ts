import type { Task, TaskOutcome, TaskRefusal } from "@capstan/core";
import type { EndedPod, Pod } from "@capstan/kubernetes";
import { VirtualTime } from "@capstan/testkit";
import { describe, expect, test } from "vitest";
import { silentLogger } from "../../logger.ts";
import { aShell, aTask } from "../../testing/a-task.ts";
import { deadlineMessage, TaskPod } from "./task-pod.ts";

const graceMs = 5_000;

class Scene {
  readonly time = new VirtualTime(Date.parse("2026-01-01T00:00:00.500Z"));
  /** What was asked of the cluster and told to the workflow, in order. */
  readonly done: string[] = [];
  end: TaskOutcome | TaskRefusal | undefined;
  /** How often ending the Pod fails before it works. */
  failures = 0;
  /** What is known of the Pod's node. */
  loss: string | undefined;
  readonly pod: TaskPod;

  constructor(task: Task = aTask(aShell("true"))) {
    this.pod = new TaskPod({
      task,
      observer: {
        started: ({ hostNodeName }) => this.done.push(`started on ${hostNodeName}`),
        progressed: ({ message }) => this.done.push(`said ${message}`),
      },
      control: {
        end: async (_task, _pod, grace) => {
          if (this.failures-- > 0) throw new Error("503");
          this.done.push(`end ${grace}`);
        },
        remove: async (_task, seconds) => void this.done.push(`remove ${seconds}`),
      },
      clock: this.time,
      nodeLoss: async (nodeName) => {
        this.done.push(`asked after ${nodeName}`);
        return this.loss;
      },
      logger: silentLogger,
      onRefused: () => undefined,
      conclude: async (_pod, { verdict, startedAtMs, finishedAtMs }: EndedPod) => ({
        ...verdict,
        startedAtMs,
        finishedAtMs,
      }),
    });
    void this.pod.outcome.then((end) => {
      this.end = end;
    });
  }

  async pass(ms: number): Promise<void> {
    await this.time.advance(ms);
  }

  async see(pod: Pod | undefined): Promise<void> {
    this.pod.see(pod);
    await this.pass(0);
  }
}

const at = (second: number): string => new Date(Date.parse("2026-01-01T00:00:00Z") + second * 1_000).toISOString();
const aPod = (status: Pod["status"]): Pod => ({
  metadata: { name: "p" },
  spec: { nodeName: "node-1" },
  ...(status !== undefined && { status }),
});
const pending = (reason: string): Pod =>
  aPod({ phase: "Pending", containerStatuses: [{ name: "main", state: { waiting: { reason } } }] });
const running = (ready = true): Pod =>
  aPod({
    phase: "Running",
    startTime: at(0),
    containerStatuses: [{ name: "main", ready, state: { running: { startedAt: at(1) } } }],
  });
const deleted = (pod: Pod, second: number): Pod => ({
  ...pod,
  metadata: { ...pod.metadata, deletionTimestamp: at(second) },
});
const over = (exitCode: number, second = 2): Pod =>
  aPod({
    phase: exitCode === 0 ? "Succeeded" : "Failed",
    startTime: at(0),
    containerStatuses: [
      { name: "main", state: { terminated: { exitCode, reason: "Error", startedAt: at(1), finishedAt: at(second) } } },
    ],
  });

describe("the life of a task's Pod", () => {
  test("what keeps it from starting is told once, its start once, its end as it was", async () => {
    const scene = new Scene();
    for (const pod of [pending("ImagePullBackOff"), pending("ImagePullBackOff"), running(), running(), over(3)])
      await scene.see(pod);
    expect(scene.done).toEqual(["said ImagePullBackOff", "started on node-1"]);
    expect(scene.end).toMatchObject({ phase: "Failed", message: "main: Error (exit code 3)" });
    expect(scene.pod.isOver).toBe(true);
  });

  test("a daemon has started when it is ready", async () => {
    const scene = new Scene(aTask(aShell("true", { daemon: true })));
    await scene.see(running(false));
    expect(scene.done).toEqual([]);
    await scene.see(running(true));
    expect(scene.done).toEqual(["started on node-1"]);
  });

  test("one that the node refuses is handed back when its name is free again", async () => {
    const scene = new Scene();
    await scene.see(aPod({ phase: "Failed", reason: "OutOfcpu", message: "no room" }));
    expect([scene.done, scene.end]).toEqual([["remove 0"], undefined]);
    await scene.see(undefined);
    expect(scene.end).toEqual({ refused: "OutOfcpu: no room" });
  });

  test("one that somebody deletes is an Error", async () => {
    const scene = new Scene();
    await scene.see(running());
    await scene.see(undefined);
    expect(scene.end).toMatchObject({ phase: "Error", message: "pod deleted", hostNodeName: "node-1" });
  });

  test("one that its node does not end in time because it is gone is an Error, and is deleted", async () => {
    const scene = new Scene();
    await scene.see(running());
    for (const _ of [1, 2]) await scene.see(deleted(running(), 30));
    await scene.pass(34_000);
    expect(scene.done).toEqual(["started on node-1"]);
    await scene.pass(1_000);
    expect([scene.done.slice(1), scene.end]).toEqual([["asked after node-1"], undefined]);
    scene.loss = "node lost: node-1";
    await scene.pass(5_000);
    expect(scene.end).toMatchObject({ phase: "Error", message: "node lost: node-1", hostNodeName: "node-1" });
    expect(scene.done.slice(2)).toEqual(["asked after node-1", "remove 0"]);
    await scene.pass(60_000);
    expect(scene.done).toHaveLength(4);
  });

  test("one that was called off and whose node is gone failed for that reason", async () => {
    const scene = new Scene();
    await scene.see(running());
    scene.pod.kill("stopped", graceMs);
    scene.loss = "node lost: node-1";
    await scene.see(deleted(running(), 1));
    await scene.pass(6_000);
    expect(scene.end).toMatchObject({ phase: "Failed", message: "stopped" });
  });

  test("one that ends before its node is asked after ended as it did", async () => {
    const scene = new Scene();
    scene.loss = "node lost: node-1";
    await scene.see(deleted(running(), 30));
    await scene.see(deleted(over(0), 30));
    await scene.pass(60_000);
    expect(scene.end).toMatchObject({ phase: "Succeeded" });
    expect(scene.done).toEqual(["started on node-1"]);
  });

  test("one that has no hope is told to end", async () => {
    const scene = new Scene(aTask(aShell("true", { sidecars: [{ name: "web", image: "i" }] })));
    const web = { name: "web", restartCount: 2, state: { terminated: { exitCode: 1, reason: "Error" } } };
    const waiting = { name: "main", state: { waiting: { reason: "PodInitializing" } } };
    await scene.see(aPod({ phase: "Pending", initContainerStatuses: [web], containerStatuses: [waiting] }));
    expect(scene.done).toEqual(["end 30000"]);
    expect(scene.end).toMatchObject({ phase: "Failed", message: "web: Error (exit code 1)" });
  });

  test("let go, it tells nothing more and the Pod is not touched", async () => {
    const scene = new Scene(aTask(aShell("true"), { deadlineAtMs: Date.parse(at(60)) }));
    await scene.see(running());
    scene.pod.letGo();
    await scene.see(over(0));
    await scene.pass(120_000);
    expect([scene.done, scene.end]).toEqual([["started on node-1"], undefined]);
  });
});

describe("a Pod that is told to end", () => {
  test("before there is one: the task has failed, and what is created meanwhile is removed", async () => {
    const scene = new Scene();
    scene.pod.kill("stopped", graceMs);
    await scene.pass(0);
    expect(scene.end).toMatchObject({ phase: "Failed", message: "stopped" });
    expect(scene.done).toEqual([]);
    scene.pod.created(running());
    expect(scene.done).toEqual(["remove 0"]);
  });

  test.each([
    { what: "whatever its code", code: 0, second: 2, phase: "Failed", message: "stopped" },
    { what: "by a signal", code: 143, second: 2, phase: "Failed", message: "stopped" },
    { what: "unless it had ended before", code: 0, second: 1, phase: "Succeeded", message: undefined },
    { what: "unless it had failed before", code: 4, second: 1, phase: "Failed", message: "main: Error (exit code 4)" },
  ])("fails for that reason $what", async ({ code, second, phase, message }) => {
    const scene = new Scene();
    await scene.see(running());
    await scene.pass(1_700);
    scene.pod.kill("stopped", graceMs);
    scene.pod.kill("again", graceMs);
    await scene.see(over(code, second));
    expect(scene.done).toEqual(["started on node-1", "end 5000"]);
    expect(scene.end).toMatchObject({ phase });
    expect((scene.end as TaskOutcome).message).toBe(message);
  });

  test("is asked again while the API server cannot do it, and deleted when it does not end", async () => {
    const scene = new Scene();
    await scene.see(running());
    scene.failures = 3;
    scene.pod.kill("stopped", graceMs);
    await scene.pass(0);
    expect(scene.done).toEqual(["started on node-1"]);
    await scene.pass(10_000);
    expect(scene.done.at(-1)).toBe("end 5000");
    await scene.pass(30_000);
    expect(scene.done.at(-1)).toBe("remove 1");
    await scene.see(undefined);
    expect(scene.end).toMatchObject({ phase: "Failed", message: "stopped" });
  });

  test("at its deadline, even when it has not started", async () => {
    const scene = new Scene(aTask(aShell("true"), { deadlineAtMs: Date.parse(at(10)) }));
    await scene.see(pending("ContainerCreating"));
    await scene.pass(9_400);
    expect(scene.done).toEqual([]);
    await scene.pass(200);
    expect(scene.done).toEqual(["end 30000"]);
    await scene.see(undefined);
    expect(scene.end).toMatchObject({ phase: "Failed", message: deadlineMessage });
  });
});
