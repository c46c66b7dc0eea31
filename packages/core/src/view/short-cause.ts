import { isFailedOrError } from "../graph/phases.ts";
import type { NodeStatus, WorkflowHeader } from "../status.ts";
import { type FailureCause, failureCauses } from "./failure-causes.ts";
import { WorkflowView } from "./workflow-view.ts";

const stepLengthMax = 100;
const messageLengthMax = 300;

/** Messages of a workflow that say no more than that something in it failed. */
const passesOn = /^(?:child '.*' failed|No more retries left)?$/s;

/** Names nothing that the step's own name does not. */
const theOnlyContainer = /^main: /;

interface Ended {
  readonly header: WorkflowHeader;
  readonly nodes: ReadonlyMap<string, NodeStatus>;
}

/**
 * What failed first in a workflow that ends with a message, in one line: the step, its message and how many more there are. Undefined where the
 * message says so itself. Costs a look at each node, and what has failed.
 */
export function shortCause(message: string | undefined, { header, nodes }: Ended): string | undefined {
  if (!passesOn.test(message ?? "")) return undefined;
  const { items, total } = failureCauses(new WorkflowView(header, failedAndAround(nodes)), 1);
  const [cause] = items;
  if (cause === undefined || (cause.path.length === 0 && total === 1)) return undefined;
  const itsMessage = cause.message?.replace(theOnlyContainer, "");
  const said = oneLine(itsMessage ?? exitOf(nodes.get(cause.id)) ?? cause.phase, messageLengthMax);
  const more = total > 1 ? `, and ${total - 1} more` : "";
  return `${oneLine(stepOf(cause, nodes), stepLengthMax)}: ${said}${more}`;
}

/** Enough of the nodes to find the causes: what failed, what it is in, and all attempts of a retried step that failed. */
function failedAndAround(nodes: ReadonlyMap<string, NodeStatus>): Iterable<NodeStatus> {
  const kept = new Map<string, NodeStatus>();
  const keep = (id: string | undefined): void => {
    for (const open = [id]; open.length > 0; ) {
      const next = open.pop();
      const node = next === undefined ? undefined : nodes.get(next);
      if (node === undefined || kept.has(node.id)) continue;
      kept.set(node.id, node);
      open.push(node.links?.parent, node.links?.owner, node.boundaryID);
    }
  };
  for (const node of nodes.values()) {
    if (isFailedOrError(node.phase) || hasFailedRetry(node, nodes)) keep(node.id);
  }
  return kept.values();
}

function hasFailedRetry({ nodeFlag, links }: NodeStatus, nodes: ReadonlyMap<string, NodeStatus>): boolean {
  if (nodeFlag?.retried !== true) return false;
  const retry = nodes.get(links?.owner ?? "");
  return retry !== undefined && isFailedOrError(retry.phase);
}

/** As its author calls it; an attempt is called after its step. */
function stepOf({ id, name, attempts }: FailureCause, nodes: ReadonlyMap<string, NodeStatus>): string {
  const node = nodes.get(id);
  const step = node?.nodeFlag?.retried === true ? nodes.get(node.links?.owner ?? "") : node;
  const called = step?.displayName ?? name;
  return attempts === undefined ? called : `${called} (${attempts} attempts)`;
}

function exitOf(node: NodeStatus | undefined): string | undefined {
  const exitCode = node?.outputs?.exitCode;
  return exitCode === undefined ? undefined : `exit code ${exitCode}`;
}

function oneLine(text: string, lengthMax: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= lengthMax ? line : `${line.slice(0, lengthMax - 1)}…`;
}
