import { attemptName } from "../graph/node-names.ts";
import { isFailedOrError, isTerminal } from "../graph/phases.ts";
import { retryDecision } from "../retry/retry-decision.ts";
import type { RetryStrategy, Template } from "../spec/template.ts";
import type { NodeStatus } from "../status.ts";
import { formatTimestamp } from "../timestamp.ts";
import { attemptTemplate, lastAttempt } from "./attempt-template.ts";
import { type Call, nodeIdentity, type PreparedCall } from "./call.ts";
import type { Frame, FrameStep } from "./frame.ts";
import { hasPlace } from "./places.ts";
import { shouldExecute } from "./shutdown.ts";
import { startWork } from "./start-call.ts";
import type { MachineState } from "./state.ts";
import { backoffTimer } from "./timers.ts";
import type { Turn } from "./turn.ts";
import { workflowDeadlineMs } from "./workflow-deadline.ts";

/** A call with a retry strategy while it runs: one attempt after the other until one succeeds or the strategy says stop. */
export class RetryFrame implements Frame {
  readonly nodeId: string;
  readonly depth: number;
  readonly isExit: boolean;
  readonly holdsPlace = true;
  readonly template: Template;
  readonly #call: Call;
  readonly #prepared: PreparedCall;
  readonly #strategy: RetryStrategy;
  readonly #attempts: string[] = [];

  constructor(node: NodeStatus, call: Call, prepared: PreparedCall, strategy: RetryStrategy) {
    this.nodeId = node.id;
    this.depth = call.depth;
    this.isExit = call.links.exit === true;
    this.template = prepared.template;
    this.#call = call;
    this.#prepared = prepared;
    this.#strategy = strategy;
  }

  opened(): void {
    // The first attempt starts with the first step.
  }

  mayWaitForPlace(state: MachineState): boolean {
    return state.nodes.get(this.nodeId)?.message === undefined;
  }

  adopt(_turn: Turn, node: NodeStatus): void {
    if (node.nodeFlag?.retried === true && node.id !== this.nodeId) this.#note(node);
  }

  childChanged(turn: Turn, node: NodeStatus): void {
    this.#note(node);
    const retry = turn.state.nodes.get(this.nodeId);
    if (node.daemoned === true && retry !== undefined && retry.daemoned !== true) {
      turn.markPhase(this.nodeId, node.phase, undefined, { daemoned: true });
    }
    if (isTerminal(node.phase)) turn.wake(this.nodeId);
  }

  step(turn: Turn): FrameStep {
    const { state } = turn;
    const last = state.nodes.get(this.#attempts.at(-1) ?? "");
    if (last === undefined) return this.#start(turn, undefined, undefined);
    if (!isTerminal(last.phase)) return "idle";
    if (!isFailedOrError(last.phase)) return this.#end(turn, "Succeeded", undefined, last);
    const stopped = this.#stopMessage(turn);
    if (stopped !== undefined) return this.#end(turn, last.phase, stopped, last);
    return this.#decide(turn, last);
  }

  #note(node: NodeStatus): void {
    if (!this.#attempts.includes(node.id)) this.#attempts.push(node.id);
  }

  #stopMessage(turn: Turn): string | undefined {
    const { shutdown } = turn.state.header;
    if (!shouldExecute(shutdown, this.isExit)) return `Stopped with strategy '${shutdown}'`;
    const deadline = this.isExit ? undefined : workflowDeadlineMs(turn.state);
    if (deadline === undefined || turn.nowMs < deadline) return undefined;
    return `retry exceeded workflow deadline ${formatTimestamp(deadline)}`;
  }

  #decide(turn: Turn, last: NodeStatus): FrameStep {
    const first = turn.state.nodes.get(this.#attempts[0] ?? "");
    const decided = retryDecision({
      strategy: this.#strategy,
      attempts: this.#attempts.length,
      last: lastAttempt(last),
      firstStartedAtMs: first?.startedAtMs ?? turn.nowMs,
      nowMs: turn.nowMs,
    });
    if (!decided.ok) {
      turn.markCallError(this.nodeId, decided.error);
      turn.closeFrame(this.nodeId);
      return "closed";
    }
    const decision = decided.value;
    switch (decision.type) {
      case "stop":
        return this.#end(turn, decision.phase, decision.message, last);
      case "wait": {
        const retry = turn.state.nodes.get(this.nodeId);
        // The message tells that the timer is set already.
        if (retry?.message === decision.message) return "idle";
        turn.changeNode(this.nodeId, { message: decision.message });
        turn.setTimer(backoffTimer(this.nodeId), decision.atMs);
        return "idle";
      }
      case "retry":
        return this.#start(turn, last, decision.deadlineAtMs);
    }
  }

  #start(turn: Turn, last: NodeStatus | undefined, deadlineAtMs: number | undefined): FrameStep {
    const { state } = turn;
    if (last !== undefined && !hasPlace(state)) return "blocked";
    const attempt = this.#attempts.length;
    const call: Call = {
      ...this.#call,
      nodeName: attemptName(this.#call.nodeName, attempt),
      flag: { ...this.#call.flag, retried: true },
      links: {
        owner: this.nodeId,
        parent: this.nodeId,
        ...(this.isExit && { exit: true }),
        ...(deadlineAtMs !== undefined && { deadlineAtMs }),
      },
    };
    if (last !== undefined && state.nodes.get(this.nodeId)?.message !== undefined) {
      turn.markPhase(this.nodeId, "Running", "");
    }
    const template = attemptTemplate(state, this.template, this.#call, attempt, last);
    if (template.ok) startWork(turn, call, { ...this.#prepared, template: template.value });
    else this.#placeFailed(turn, call, template.error);
    return "idle";
  }

  #placeFailed(turn: Turn, call: Call, message: string): void {
    turn.createNode({
      name: call.nodeName,
      type: "Skipped",
      phase: "Error",
      boundaryId: call.boundaryId,
      links: call.links,
      details: { ...nodeIdentity(call), message },
    });
  }

  #end(turn: Turn, phase: NodeStatus["phase"], message: string | undefined, last: NodeStatus): FrameStep {
    turn.markPhase(this.nodeId, phase, message ?? "", last.outputs === undefined ? {} : { outputs: last.outputs });
    turn.closeFrame(this.nodeId);
    return "closed";
  }
}
