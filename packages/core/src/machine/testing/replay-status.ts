import type { EnginePolicy, WorkflowState } from "../../engine.ts";
import type { Outputs } from "../../spec/arguments.ts";
import type { WorkflowBundle } from "../../spec/workflow.ts";
import type { NodeStatus, WorkflowHeader } from "../../status.ts";
import type { Task } from "../../task.ts";
import { engine } from "../decide.ts";
import type { WorkflowEvent } from "../event.ts";
import { MachineState } from "../state.ts";
import type { ArgoNode } from "./compare-trees.ts";

export const testPolicy: EnginePolicy = {
  activeTasksMax: 10_000,
  recursionDepthMax: 100,
  defaultPool: "default",
  bid: { k: 0.01, thetaSeconds: 300, secondsPerPriority: 60, defaultTaskSeconds: 10 },
};

export interface Replayed {
  readonly header: WorkflowHeader;
  readonly nodes: readonly NodeStatus[];
}

/**
 * Submits a workflow and answers each task with what Argo's node of the same name says: a scripted runtime. Tasks that
 * Argo's nodes leave running or pending stay so; timers fire when nothing else is left to do and Argo's tree has more nodes.
 */
export class StatusReplay {
  readonly #uid = "replayed";
  readonly #argo: ReadonlyMap<string, ArgoNode>;
  readonly #tasks = new Map<string, Task>();
  readonly #timers = new Map<string, number>();
  #nowMs: number;
  #state: WorkflowState | undefined;

  constructor(argo: readonly ArgoNode[], startMs: number) {
    this.#argo = new Map(argo.map((node) => [node.name, node]));
    this.#nowMs = startMs;
  }

  run(bundle: WorkflowBundle): Replayed {
    this.#decide({ type: "workflow-submitted", bundle });
    for (let turns = 0; turns < 5_000; turns++) {
      if (this.#answerTask() || this.#answerSuspend()) continue;
      if (!this.#fireTimer()) break;
    }
    return this.result();
  }

  result(): Replayed {
    if (!(this.#state instanceof MachineState)) throw new Error("the workflow does not exist");
    return { header: this.#state.header, nodes: [...this.#state.nodes.values()] };
  }

  #decide(event: WorkflowEvent): void {
    const decided = engine.decide(this.#state, event, { uid: this.#uid, nowMs: this.#nowMs, policy: testPolicy });
    this.#state = decided.state;
    for (const command of decided.decision.commands) {
      if (command.type === "start-task") this.#tasks.set(command.task.nodeId, command.task);
      else if (command.type === "cancel-task")
        for (const [nodeId, task] of this.#tasks) if (task.id === command.taskId) this.#tasks.delete(nodeId);
    }
    for (const timer of decided.decision.timers) {
      if (timer.type === "set-timer") this.#timers.set(timer.timerId, timer.dueAtMs);
      else this.#timers.delete(timer.timerId);
    }
  }

  /** Answers the task whose node ended first in Argo; tasks that only started there are answered before. */
  #answerTask(): boolean {
    let chosen: { readonly task: Task; readonly node: ArgoNode; readonly atMs: number } | undefined;
    for (const [nodeId, task] of this.#tasks) {
      const node = this.#argo.get(task.nodeName);
      if (node === undefined || node.phase === "Pending") continue;
      const atMs = Date.parse(node.finishedAt ?? "") || 0;
      if (node.phase === "Running" && this.#phaseOf(nodeId) === "Running") continue;
      if (chosen === undefined || atMs < chosen.atMs) chosen = { task, node, atMs };
    }
    if (chosen === undefined) return false;
    this.#answer(chosen.task, chosen.node, chosen.atMs);
    return true;
  }

  #phaseOf(nodeId: string): string | undefined {
    return this.#state instanceof MachineState ? this.#state.nodes.get(nodeId)?.phase : undefined;
  }

  #answer(task: Task, node: ArgoNode, atMs: number): void {
    const { nodeId, attempt } = task;
    this.#nowMs = Math.max(this.#nowMs, atMs);
    if (this.#phaseOf(nodeId) === "Pending") {
      this.#decide({
        type: "task-started",
        nodeId,
        attempt,
        startedAtMs: this.#nowMs,
        ...(node["daemoned"] === true && { daemoned: true }),
      });
    }
    if (node.phase === "Running") return;
    this.#tasks.delete(nodeId);
    const outputs = node["outputs"] as unknown as Outputs | undefined;
    this.#decide({
      type: "task-finished",
      nodeId,
      attempt,
      outcome: {
        phase: node.phase === "Failed" || node.phase === "Error" ? node.phase : "Succeeded",
        ...(node.message !== undefined && { message: node.message }),
        ...(outputs !== undefined && { outputs }),
        startedAtMs: Date.parse(node.startedAt ?? "") || this.#nowMs,
        finishedAtMs: atMs || this.#nowMs,
      },
    });
  }

  #answerSuspend(): boolean {
    if (!(this.#state instanceof MachineState)) return false;
    for (const id of this.#state.activeLeaves) {
      const node = this.#state.nodes.get(id);
      const argo = this.#argo.get(node?.name ?? "");
      if (node?.type !== "Suspend" || argo === undefined || argo.phase === "Running" || argo.phase === "Pending")
        continue;
      this.#decide({
        type: "nodes-set-requested",
        nodes: { terms: [{ field: "id", operator: "=", value: id }] },
        phase: argo.phase as NodeStatus["phase"],
        ...(argo.message !== undefined && { message: argo.message }),
        outputParameters: suppliedParameters(node, argo),
      });
      return true;
    }
    return false;
  }

  #fireTimer(): boolean {
    const [timerId, dueAtMs] = [...this.#timers].sort((left, right) => left[1] - right[1])[0] ?? [];
    if (timerId === undefined || dueAtMs === undefined || !timerId.startsWith("backoff")) return false;
    const retry = timerId.slice("backoff:".length);
    const ours = this.#state instanceof MachineState ? this.#state.nodes.size : 0;
    if (this.#argo.size <= ours || retry === "") return false;
    this.#timers.delete(timerId);
    this.#nowMs = Math.max(this.#nowMs, dueAtMs);
    this.#decide({ type: "timer-due", timerId });
    return true;
  }
}

function suppliedParameters(node: NodeStatus, argo: ArgoNode) {
  const given = (argo["outputs"] as unknown as Outputs | undefined)?.parameters ?? [];
  const expected = new Set((node.outputs?.parameters ?? []).map(({ name }) => name));
  return given.filter(({ name, value }) => expected.has(name) && value !== undefined);
}
