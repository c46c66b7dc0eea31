import { matchesNode } from "../project/node-selector.ts";
import { fail, ok, type Result } from "../result.ts";
import type { Outputs, Parameter } from "../spec/arguments.ts";
import type { NodeStatus } from "../status.ts";
import { exportOutputs } from "./end-composite.ts";
import type { NodeSelector } from "./event.ts";
import { suspendTimer } from "./timers.ts";
import type { Turn } from "./turn.ts";

/** The suspend nodes that wait now; those that a selector chooses, when there is one. */
export function suspendedNodes(turn: Turn, selector: NodeSelector | undefined): readonly NodeStatus[] {
  const found: NodeStatus[] = [];
  for (const id of turn.state.activeLeaves) {
    const node = turn.state.nodes.get(id);
    if (node?.type !== "Suspend" || node.phase !== "Running") continue;
    if (selector === undefined || matchesNode(selector, node)) found.push(node);
  }
  return found;
}

/** Ends a suspend node's wait. */
export function endSuspend(
  turn: Turn,
  node: NodeStatus,
  phase: NodeStatus["phase"],
  message: string,
  outputs = node.outputs,
): void {
  const whole = node.message && message ? `${node.message}; ${message}` : message || node.message;
  turn.markPhase(node.id, phase, whole, outputs === undefined ? {} : { outputs });
  turn.clearTimer(suspendTimer(node.id));
  exportOutputs(turn, outputs);
}

/** Outputs that nobody supplied get their defaults; an error where one has none. */
export function withSuppliedDefaults(outputs: Outputs | undefined): Result<Outputs | undefined> {
  if (outputs?.parameters === undefined) return ok(outputs);
  const parameters: Parameter[] = [];
  for (const parameter of outputs.parameters) {
    const { valueFrom, ...rest } = parameter;
    if (valueFrom?.supplied === undefined) {
      parameters.push(parameter);
      continue;
    }
    if (valueFrom.default === undefined) {
      return fail(`raw output parameter '${parameter.name}' has not been set and does not have a default value`);
    }
    parameters.push({ ...rest, value: valueFrom.default });
  }
  return ok({ ...outputs, parameters });
}

/** Puts values in place of outputs that are to be supplied; an error for one that the node does not expect. */
export function supplyOutputs(outputs: Outputs | undefined, values: readonly Parameter[]): Result<Outputs | undefined> {
  if (values.length === 0) return ok(outputs);
  if (outputs === undefined) {
    return fail("cannot set output parameters because node is not expecting any raw parameters");
  }
  const parameters = [...(outputs.parameters ?? [])];
  for (const { name, value } of values) {
    const index = parameters.findIndex((parameter) => parameter.name === name);
    const parameter = parameters[index];
    if (parameter === undefined) return fail(`node is not expecting output parameter '${name}'`);
    const { valueFrom, ...rest } = parameter;
    if (valueFrom?.supplied === undefined) {
      return fail(`cannot set output parameter '${name}' because it does not use valueFrom.raw or it was already set`);
    }
    parameters[index] = { ...rest, value: value ?? "" };
  }
  return ok({ ...outputs, parameters });
}
