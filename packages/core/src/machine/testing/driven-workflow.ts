import type { EnginePolicy, WorkflowState } from "../../engine.ts";
import type { StoredWorkflow } from "../../ports/store.ts";
import type { WorkflowBundle } from "../../spec/workflow.ts";
import type { NodeStatus, WorkflowHeader } from "../../status.ts";
import type { Task, TaskPhase } from "../../task.ts";
import { engine } from "../decide.ts";
import type { Decision } from "../decision.ts";
import type { WorkflowEvent } from "../event.ts";

/** A workflow with a store that knows only what decisions say, and a world of tasks and timers that answers as it is told. */
export class DrivenWorkflow {
  readonly events: { readonly event: WorkflowEvent; readonly nowMs: number }[] = [];
  readonly waiting = new Map<string, Task>();
  readonly running = new Map<string, Task>();
  readonly timers = new Map<string, number>();
  readonly ended: Task[] = [];
  nowMs = 1_000_000_000_000;
  state: WorkflowState | undefined;
  header: WorkflowHeader | undefined;
  readonly nodes = new Map<string, NodeStatus>();
  readonly #bundle: WorkflowBundle;
  readonly #policy: EnginePolicy;

  constructor(bundle: WorkflowBundle, policy: EnginePolicy) {
    this.#bundle = bundle;
    this.#policy = policy;
  }

  get isEnded(): boolean {
    const phase = this.header?.phase;
    return phase === "Succeeded" || phase === "Failed" || phase === "Error";
  }

  /** What a store holds now. */
  stored(): StoredWorkflow {
    if (this.header === undefined) throw new Error("nothing is stored");
    return {
      uid: "random",
      submittedAtMs: 1_000_000_000_000,
      bundle: this.#bundle,
      header: JSON.parse(JSON.stringify(this.header)),
      nodes: [...this.nodes.values()].reverse().map((node) => JSON.parse(JSON.stringify(node))),
    };
  }

  /** What a machine that was loaded from the store just now would decide. */
  decideAfterLoad(event: WorkflowEvent): Decision {
    const loaded = engine.load(this.stored(), this.#policy);
    return engine.decide(loaded, event, this.#context()).decision;
  }

  submit(): Decision {
    return this.decide({ type: "workflow-submitted", bundle: this.#bundle });
  }

  decide(event: WorkflowEvent): Decision {
    this.events.push({ event, nowMs: this.nowMs });
    const { state, decision } = engine.decide(this.state, event, this.#context());
    this.state = state;
    if (decision.header !== undefined) this.header = decision.header;
    if (this.header?.message?.startsWith("internal error") === true) throw new Error(this.header.message);
    for (const id of decision.removedNodeIds) this.nodes.delete(id);
    for (const node of decision.nodes) this.nodes.set(node.id, node);
    for (const timer of decision.timers) {
      if (timer.type === "set-timer") this.timers.set(timer.timerId, timer.dueAtMs);
      else this.timers.delete(timer.timerId);
    }
    for (const command of decision.commands) {
      if (command.type === "start-task") this.waiting.set(command.task.id, command.task);
      else if (command.type === "cancel-task") {
        this.waiting.delete(command.taskId);
        this.running.delete(command.taskId);
      }
    }
    return decision;
  }

  startEvent(task: Task): WorkflowEvent {
    return { type: "task-started", nodeId: task.nodeId, attempt: task.attempt, startedAtMs: this.nowMs };
  }

  finishEvent(task: Task, phase: TaskPhase): WorkflowEvent {
    return {
      type: "task-finished",
      nodeId: task.nodeId,
      attempt: task.attempt,
      outcome: {
        phase,
        ...(phase !== "Succeeded" && { message: `it ${phase}` }),
        outputs: { result: "1", exitCode: phase === "Succeeded" ? "0" : "1" },
        startedAtMs: this.nowMs,
        finishedAtMs: this.nowMs,
      },
    };
  }

  /** Moves a task on in the world, as the event about it says. */
  answer(task: Task, event: WorkflowEvent): void {
    if (event.type === "task-started") {
      this.waiting.delete(task.id);
      this.running.set(task.id, task);
    }
    if (event.type === "task-finished") {
      this.waiting.delete(task.id);
      this.running.delete(task.id);
      this.ended.push(task);
    }
  }

  dueTimer(): string | undefined {
    const [timerId, dueAtMs] = [...this.timers].sort((left, right) => left[1] - right[1])[0] ?? [];
    if (timerId === undefined || dueAtMs === undefined) return undefined;
    this.timers.delete(timerId);
    this.nowMs = Math.max(this.nowMs, dueAtMs);
    return timerId;
  }

  #context() {
    return { uid: "random", nowMs: this.nowMs, policy: this.#policy };
  }
}
