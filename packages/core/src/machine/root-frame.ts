import { hookName, onExitName } from "../graph/node-names.ts";
import { isFailedOrError, isFulfilled, isTerminal } from "../graph/phases.ts";
import type { LifecycleHook } from "../spec/template.ts";
import type { NodeStatus, WorkflowPhase } from "../status.ts";
import { evaluateToBoolean } from "../template/evaluate-expression.ts";
import { endDaemons } from "./end-composite.ts";
import { finishWorkflow } from "./finish-workflow.ts";
import type { Frame, FrameStep } from "./frame.ts";
import { shouldExecute } from "./shutdown.ts";
import { startCall } from "./start-call.ts";
import { rootFrameId, type Turn } from "./turn.ts";
import { rootNode, WorkflowVariables, workflowPhaseOf } from "./workflow-variables.ts";

/** The workflow itself: calls the entrypoint, its hooks and at the end its exit handler, and takes its phase from them. */
export class RootFrame implements Frame {
  readonly nodeId = rootFrameId;
  readonly depth = 0;
  readonly isExit = false;
  readonly template = undefined;

  opened(): void {
    // The entrypoint starts with the first step.
  }

  mayWaitForPlace(): boolean {
    return true;
  }

  adopt(): void {
    // Everything that counts here is found by name.
  }

  childChanged(turn: Turn, node: NodeStatus, error: string | undefined): void {
    const { state } = turn;
    if (error !== undefined) {
      const isExit = node.id === state.nodeId(onExitName(state.name));
      const isMain = node.id === state.name;
      if (isMain || isExit) {
        finishWorkflow(
          turn,
          "Error",
          `error in ${isMain ? "entry" : "exit"} template execution${isExit ? " " : ""}: ${error}`,
        );
        return;
      }
      const main = rootNode(state);
      if (main !== undefined) turn.changeNode(main.id, { phase: "Error", message: error });
    }
    turn.wake(this.nodeId);
  }

  step(turn: Turn): FrameStep {
    const { state } = turn;
    if (isEnded(state.header.phase)) return "closed";
    const main = rootNode(state);
    if (main === undefined) {
      this.#startMain(turn);
      return "idle";
    }
    const hooks = this.#runHooks(turn, main);
    if (!isFulfilled(main) || hooks !== "ended") return "idle";
    const exit = this.#runExitHandler(turn);
    if (exit === "running") return "idle";
    return this.#finish(turn, main, exit);
  }

  #startMain(turn: Turn): void {
    const { state } = turn;
    startCall(turn, {
      nodeName: state.name,
      reference: { ...(state.spec.spec.entrypoint !== undefined && { template: state.spec.spec.entrypoint }) },
      caller: { kind: "steps", name: "" },
      scope: state.library.localScope,
      args: state.spec.arguments,
      boundaryId: undefined,
      depth: 1,
      flag: undefined,
      links: {},
    });
  }

  #runHooks(turn: Turn, main: NodeStatus): "running" | "ended" {
    const { state } = turn;
    let result: "running" | "ended" = "ended";
    for (const [name, hook] of Object.entries(state.spec.spec.hooks ?? {})) {
      if (name === "exit") continue;
      const nodeName = hookName(state.name, name);
      let node = state.nodeNamed(nodeName);
      if (node === undefined && this.#isDue(turn, main, nodeName, hook)) {
        this.#startHook(turn, nodeName, hook, false, main.id);
        node = state.nodeNamed(nodeName);
      }
      if (node !== undefined && !isFulfilled(node)) result = "running";
    }
    return result;
  }

  #isDue(turn: Turn, main: NodeStatus, nodeName: string, hook: LifecycleHook): boolean {
    if (isFailedOrError(main.phase) && main.message?.includes(`hook ${nodeName}`) === true) return false;
    const status = workflowPhaseOf(main.phase);
    const problem = hook.expression
      ? evaluateToBoolean(hook.expression, new WorkflowVariables(turn.state, status), turn.state.evaluation)
      : ({ ok: false, error: `Expression required for hook ${nodeName}` } as const);
    if (problem.ok) return problem.value;
    if (main.message !== problem.error) {
      turn.changeNode(main.id, {
        phase: "Error",
        message: problem.error,
        finishedAtMs: main.finishedAtMs ?? turn.nowMs,
      });
    }
    return false;
  }

  #startHook(turn: Turn, nodeName: string, hook: LifecycleHook, isExit: boolean, parent: string | undefined): void {
    startCall(turn, {
      nodeName,
      reference: hook,
      caller: { kind: "steps", name: "" },
      scope: turn.state.library.localScope,
      args: hook.arguments,
      boundaryId: undefined,
      depth: 1,
      flag: { hooked: true },
      links: { ...(parent !== undefined && { parent }), ...(isExit && { exit: true }) },
    });
  }

  #runExitHandler(turn: Turn): "running" | NodeStatus | undefined {
    const { state } = turn;
    const hook = state.spec.exitHook;
    if (hook === undefined) return undefined;
    const nodeName = onExitName(state.name);
    let node = state.nodeNamed(nodeName);
    if (node === undefined && shouldExecute(state.header.shutdown, true)) {
      this.#startHook(turn, nodeName, hook, true, undefined);
      node = state.nodeNamed(nodeName);
      // A call that went wrong at once is reported to childChanged, which ends the workflow.
      if (node !== undefined) return "running";
    }
    if (node === undefined) return undefined;
    return isFulfilled(node) ? node : "running";
  }

  #finish(turn: Turn, main: NodeStatus, exit: NodeStatus | undefined): FrameStep {
    const { state } = turn;
    endDaemons(turn, undefined);
    const { shutdown } = state.header;
    const ended = state.nodes.get(main.id) ?? main;
    const phase = workflowPhaseOf(isTerminal(ended.phase) ? ended.phase : "Succeeded");
    if (phase === "Succeeded") {
      if (exit === undefined || !isFailedOrError(exit.phase)) finishWorkflow(turn, "Succeeded", undefined);
      else finishWorkflow(turn, workflowPhaseOf(exit.phase), exit.message);
    } else {
      finishWorkflow(turn, phase, shutdown === undefined ? ended.message : `Stopped with strategy '${shutdown}'`);
    }
    return "closed";
  }
}

export function isEnded(phase: WorkflowPhase): boolean {
  return phase === "Succeeded" || phase === "Failed" || phase === "Error";
}
