import { isTerminal } from "../graph/phases.ts";
import type { Outputs } from "../spec/arguments.ts";
import type { Template } from "../spec/template.ts";
import type { NodeStatus } from "../status.ts";
import { markContainers } from "./containers.ts";
import { exportOutputs } from "./end-composite.ts";
import type { Handler } from "./handler.ts";
import { templateOf } from "./node-template.ts";
import { prepareAgain } from "./rebuild-frames.ts";
import { recordOutcome } from "./record-outcome.ts";
import { timeoutTimer } from "./timers.ts";
import { completedProgress, type Turn } from "./turn.ts";

interface Report {
  readonly nodeId: string;
  readonly attempt: number;
}

/** The node of a report, or why the report no longer matters. */
function reportedNode(turn: Turn, report: Report): NodeStatus | string {
  const node = turn.state.nodes.get(report.nodeId);
  if (node === undefined) return "node does not exist";
  if (isTerminal(node.phase)) return "node already finished";
  if ((node.attempt ?? 0) !== report.attempt) return "report of another attempt";
  return node;
}

function noteBegin(turn: Turn, before: NodeStatus): void {
  if (before.runStartedAtMs === undefined) turn.begun = turn.state.nodes.get(before.id);
}

export const onTaskStarted: Handler<"task-started"> = (turn, event) => {
  const node = reportedNode(turn, event);
  if (typeof node === "string") return node;
  const isDaemoned = event.daemoned === true;
  if (node.phase === "Running" && (node.daemoned === true) === isDaemoned) return "task already started";
  const { message: _message, ...rest } = node;
  turn.replaceNode({
    ...rest,
    phase: "Running",
    runStartedAtMs: event.startedAtMs,
    ...(event.hostNodeName !== undefined && { hostNodeName: event.hostNodeName }),
    ...(event.podIP !== undefined && isDaemoned && { podIP: event.podIP }),
    ...(isDaemoned && { daemoned: true }),
  });
  noteBegin(turn, node);
  if (turn.state.header.conditions.length === 0 && node.type === "Pod") {
    turn.changeHeader({ conditions: [{ type: "PodRunning", status: "True" }] });
  }
  const template = templateOf(turn.state, node);
  if (template?.pendingTimeout) turn.clearTimer(timeoutTimer(node.id, true));
  if (template?.containerSet !== undefined) markContainers(turn, node, template, "Running");
  return undefined;
};

export const onTaskProgressed: Handler<"task-progressed"> = (turn, event) => {
  const node = reportedNode(turn, event);
  if (typeof node === "string") return node;
  turn.changeNode(node.id, {
    ...(event.progress !== undefined && { progress: event.progress }),
    ...(event.message !== undefined && { message: event.message }),
  });
  return undefined;
};

export const onTaskFinished: Handler<"task-finished"> = (turn, event) => {
  const node = reportedNode(turn, event);
  if (typeof node === "string") return node;
  const { outcome } = event;
  const template = templateOf(turn.state, node);
  // A daemon is not meant to end: that it did is its failure.
  const isFailedDaemon = outcome.phase === "Succeeded" && template?.daemon === true;
  const outputs = withGlobalNames(turn, node, template, outcome.outputs);
  const { message: _message, daemoned: _daemoned, ...rest } = node;
  turn.replaceNode({
    ...rest,
    phase: isFailedDaemon ? "Failed" : outcome.phase,
    ...(outcome.message !== undefined && outcome.message !== "" && { message: outcome.message }),
    ...(outputs !== undefined && { outputs }),
    runStartedAtMs: outcome.startedAtMs,
    finishedAtMs: Math.max(outcome.finishedAtMs, node.startedAtMs ?? 0),
    ...(outcome.hostNodeName !== undefined && { hostNodeName: outcome.hostNodeName }),
    ...(outcome.progress !== undefined && { progress: outcome.progress }),
    ...(node.type === "Pod" &&
      outcome.phase === "Succeeded" && { progress: completedProgress(outcome.progress ?? node.progress) }),
    ...(outcome.resourcesDuration !== undefined && { resourcesDuration: outcome.resourcesDuration }),
  });
  // A short task says in one report that it began and that it ended.
  noteBegin(turn, node);
  if (template?.timeout) turn.clearTimer(timeoutTimer(node.id));
  if (template?.pendingTimeout) turn.clearTimer(timeoutTimer(node.id, true));
  if (template?.containerSet !== undefined) markContainers(turn, node, template, outcome.phase, outcome.message);
  exportOutputs(turn, outputs);
  recordOutcome(turn, node, template, isFailedDaemon ? { ...outcome, phase: "Failed" } : outcome);
  return undefined;
};

/** Outputs with the global names that the template gives them, which an agent need not repeat. */
function withGlobalNames(
  turn: Turn,
  node: NodeStatus,
  template: Template | undefined,
  outputs: Outputs | undefined,
): Outputs | undefined {
  if (outputs === undefined || template === undefined) return outputs;
  const { parameters = [], artifacts = [] } = template.outputs ?? {};
  if (![...parameters, ...artifacts].some(({ globalName }) => globalName)) return outputs;
  const declared = prepareAgain(turn, node)?.template.outputs ?? template.outputs;
  const named = <T extends { readonly name: string; readonly globalName?: string }>(
    list: readonly T[] | undefined,
    declarations: readonly { readonly name: string; readonly globalName?: string }[] | undefined,
  ) =>
    list?.map((entry) => {
      const globalName = declarations?.find(({ name }) => name === entry.name)?.globalName;
      return entry.globalName || !globalName ? entry : { ...entry, globalName };
    });
  const namedParameters = named(outputs.parameters, declared?.parameters);
  const namedArtifacts = named(outputs.artifacts, declared?.artifacts);
  return {
    ...outputs,
    ...(namedParameters !== undefined && { parameters: namedParameters }),
    ...(namedArtifacts !== undefined && { artifacts: namedArtifacts }),
  };
}
