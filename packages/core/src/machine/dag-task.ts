import type { TaskResult } from "@capstan/expressions";
import type { TemplateCall } from "../spec/template.ts";
import type { NodeStatus } from "../status.ts";
import type { CallSlot } from "./call-slot.ts";

/** One task of a DAG while the DAG runs. */
export interface TaskState {
  readonly slot: CallSlot;
  /** Dependencies that are not settled yet. */
  waitingFor: number;
  /** The TaskGroup of a loop, once it exists. */
  groupId: string | undefined;
  hasNode: boolean;
  isSettled: boolean;
}

/** Did a task end in the way that a `depends` asks for? */
export function hasResult(node: NodeStatus | undefined, slot: CallSlot | undefined, result: TaskResult): boolean {
  const loop = node?.type === "TaskGroup" ? slot : undefined;
  switch (result) {
    case "Errored":
      return node?.phase === "Error";
    case "Daemoned":
      return node?.daemoned === true && node.phase !== "Pending";
    case "AnySucceeded":
      return loop !== undefined && loop.succeeded > 0;
    case "AllFailed":
      return loop !== undefined && loop.started > 0 && loop.failed === loop.started;
    default:
      return node?.phase === result;
  }
}

/** A loop's items have the exit handler of their task; its other hooks are the whole loop's. */
export function hooksFor(call: TemplateCall, node: NodeStatus): TemplateCall {
  const exit = call.hooks?.["exit"];
  if (node.links?.index === undefined || call.hooks === undefined) return call;
  const { hooks: _hooks, ...rest } = call;
  return exit === undefined ? rest : { ...rest, hooks: { exit } };
}
