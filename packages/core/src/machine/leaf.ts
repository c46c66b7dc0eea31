import { parseDurationMs } from "../duration.ts";
import { isDispatched } from "../graph/phases.ts";
import { choosePool } from "../pool/pool-choice.ts";
import type { Outputs, Parameter } from "../spec/arguments.ts";
import type { Template } from "../spec/template.ts";
import type { NodeStatus, NodeType } from "../status.ts";
import { buildTask } from "./build-task.ts";
import { type Call, linksOf, nodeIdentity, nodeInputs } from "./call.ts";
import { createContainers } from "./containers.ts";
import { runsOf } from "./manual-runs.ts";
import { shouldExecute } from "./shutdown.ts";
import { templateType } from "./template-library.ts";
import { suspendTimer, timeoutTimer } from "./timers.ts";
import type { Turn } from "./turn.ts";
import { workflowDeadlineMs } from "./workflow-deadline.ts";

/** Starts the work of a template that calls no others: dispatches a task, or waits. */
export function startLeaf(turn: Turn, call: Call, template: Template): void {
  const type = leafNodeType(template);
  const node = turn.createNode({
    name: call.nodeName,
    type,
    phase: type === "Suspend" ? "Running" : "Pending",
    boundaryId: call.boundaryId,
    links: linksOf(call),
    details: {
      ...nodeIdentity(call),
      ...nodeInputs(template),
      ...(type === "Suspend" ? suppliedOutputs(template) : {}),
    },
  });
  if (type === "Suspend") startSuspend(turn, node, template);
  else dispatch(turn, node, template);
}

function leafNodeType(template: Template): NodeType {
  const type = templateType(template);
  if (type === "suspend") return "Suspend";
  if (type === "http") return "HTTP";
  return type === "plugin" ? "Plugin" : "Pod";
}

/** Hands a node's next attempt to the agents; what must not start any more fails at once, as in Argo. */
export function dispatch(turn: Turn, node: NodeStatus, template: Template): void {
  const { state } = turn;
  const isExit = node.links?.exit === true;
  if (!shouldExecute(state.header.shutdown, isExit)) {
    turn.markPhase(node.id, "Failed", `workflow shutdown with strategy: ${state.header.shutdown}`);
    return;
  }
  const deadlineAtMs = isExit ? undefined : workflowDeadlineMs(state);
  if (deadlineAtMs !== undefined && turn.nowMs >= deadlineAtMs) {
    turn.markPhase(node.id, "Failed", "Step exceeded its deadline");
    return;
  }
  const limit = startTimeLimits(turn, node, template);
  if (limit !== undefined) {
    turn.markCallError(node.id, limit);
    return;
  }
  const { defaultPool } = state.policy;
  const pool = choosePool(template.metadata, state.bundle.workflow.metadata, defaultPool);
  if (!pool.ok) {
    turn.markCallError(node.id, pool.error);
    return;
  }
  // A node is dispatched once in each run of the workflow: attempts of a retry strategy are nodes of their own.
  const attempt = runsOf(state.header) + 1;
  const dispatched = { attempt, ...(pool.value !== defaultPool && { pool: pool.value }) };
  turn.changeNode(node.id, dispatched);
  turn.commands.push({ type: "start-task", task: buildTask(state, { ...node, ...dispatched }, template) });
  if (template.containerSet !== undefined) createContainers(turn, node, template);
}

/** Sets the timer of a node's timeout and pendingTimeout; an error when one of them is no duration. */
function startTimeLimits(turn: Turn, node: NodeStatus, template: Template): string | undefined {
  for (const [field, timerId] of [
    ["timeout", timeoutTimer(node.id)],
    ["pendingTimeout", timeoutTimer(node.id, true)],
  ] as const) {
    const text = template[field];
    if (!text) continue;
    const duration = parseDurationMs(text);
    if (!duration.ok) return `invalid timeout format ${duration.error}`;
    turn.setTimer(timerId, (node.startedAtMs ?? turn.nowMs) + duration.value);
  }
  return undefined;
}

/** Ends what agents do for a node that the machine itself has ended. */
export function withdraw(turn: Turn, node: NodeStatus, template: Template | undefined, reason: string): void {
  if (!isDispatched(node.type) || (node.attempt ?? 0) === 0) return;
  const task = buildTask(turn.state, node, template ?? {});
  turn.commands.push({ type: "cancel-task", taskId: task.id, pool: task.pool, reason });
}

function startSuspend(turn: Turn, node: NodeStatus, template: Template): void {
  const duration = template.suspend?.duration;
  if (duration === undefined || duration === "") return;
  const parsed = parseDurationMs(String(duration));
  if (parsed.ok) turn.setTimer(suspendTimer(node.id), turn.nowMs + parsed.value);
  else turn.markCallError(node.id, parsed.error);
}

/** The outputs that someone will supply to a suspended node; an input's default of the same name is theirs too. */
function suppliedOutputs(template: Template): { readonly outputs?: Outputs } {
  const parameters: Parameter[] = [];
  for (const parameter of template.outputs?.parameters ?? []) {
    const { valueFrom } = parameter;
    if (valueFrom?.supplied === undefined) continue;
    const input = template.inputs?.parameters?.find((candidate) => candidate.name === parameter.name);
    const fallback = valueFrom.default ?? input?.default;
    parameters.push({
      ...parameter,
      valueFrom: { ...valueFrom, ...(fallback !== undefined && { default: fallback }) },
    });
  }
  return parameters.length === 0 ? {} : { outputs: { parameters } };
}
