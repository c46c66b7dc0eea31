import type { NodePhase, NodeStatus, NodeType } from "../status.ts";

/** What pages show of a node at a glance; small, since all nodes of a workflow that is looked at are kept as these. */
export interface ViewNode {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly type: NodeType;
  readonly phase: NodePhase;
  readonly ordinal: number;
  /** Its container: a node's id, a loop's, or `rootId`. */
  readonly container: string;
  /** Nodes of the same container, or the hooked node, that it comes after. */
  readonly after: readonly string[];
  readonly templateName?: string;
  readonly message?: string;
  readonly startedAtMs?: number;
  readonly runStartedAtMs?: number;
  readonly finishedAtMs?: number;
  readonly hostNodeName?: string;
  readonly pool?: string;
  readonly attempt?: number;
  readonly progress?: string;
  /** Runs for a hook or an exit handler. */
  readonly hooked: boolean;
  /** The item's number in its loop. */
  readonly index?: number;
  /** The step or task that it runs. */
  readonly slot?: string;
}

/** What contains the nodes that the workflow itself calls: its entrypoint, its exit handler, its hooks. */
export const rootId = "";

const messageCharactersMax = 500;

/** What a view knows when a node comes: the nodes created before it, and the one that the entrypoint made. */
export interface ViewedNodes {
  readonly seen: (id: string) => ViewNode | undefined;
  readonly entryId: string | undefined;
}

/** The node for a view. */
export function toViewNode(node: NodeStatus, { seen, entryId }: ViewedNodes): ViewNode {
  const { links } = node;
  const hooked = node.nodeFlag?.hooked === true;
  return {
    id: node.id,
    name: node.name,
    displayName: node.displayName,
    type: node.type,
    phase: node.phase,
    ordinal: links?.ordinal ?? 0,
    container: containerOf(node, hooked, seen),
    after: comesAfter(node, hooked, entryId),
    hooked,
    ...(node.templateName !== undefined && { templateName: node.templateName }),
    ...(node.message !== undefined && { message: node.message.slice(0, messageCharactersMax) }),
    ...(node.startedAtMs !== undefined && { startedAtMs: node.startedAtMs }),
    ...(node.runStartedAtMs !== undefined && { runStartedAtMs: node.runStartedAtMs }),
    ...(node.finishedAtMs !== undefined && { finishedAtMs: node.finishedAtMs }),
    ...(node.hostNodeName !== undefined && { hostNodeName: node.hostNodeName }),
    ...(node.pool !== undefined && { pool: node.pool }),
    ...(node.attempt !== undefined && { attempt: node.attempt }),
    ...(node.progress !== undefined && { progress: node.progress }),
    ...(links?.index !== undefined && { index: links.index }),
    ...(links?.slot !== undefined && { slot: links.slot }),
  };
}

/** A loop in a step group has no node of its own: its items are gathered below this id. */
export function loopId(groupId: string, slot: string): string {
  return `${groupId}/${slot}`;
}

function containerOf(node: NodeStatus, hooked: boolean, seen: (id: string) => ViewNode | undefined): string {
  const { parent, owner, index, slot } = node.links ?? {};
  const above = parent === undefined ? undefined : seen(parent);
  // A hook stands beside what it is hooked to.
  if (hooked) return above?.container ?? owner ?? rootId;
  if (node.type === "Container") return owner ?? node.boundaryID ?? parent ?? rootId;
  if (above !== undefined && slot !== undefined && index !== undefined && above.type === "StepGroup") {
    return loopId(above.id, slot);
  }
  if (above !== undefined && containers.has(above.type)) return above.id;
  return owner ?? rootId;
}

const containers: ReadonlySet<NodeType> = new Set<NodeType>(["StepGroup", "TaskGroup", "Retry", "Steps", "DAG", "Pod"]);

function comesAfter(node: NodeStatus, hooked: boolean, entryId: string | undefined): readonly string[] {
  const { after, parents, parent } = node.links ?? {};
  if (!hooked) return after ?? parents ?? [];
  // The workflow's exit handler hangs on no node, but follows the entrypoint's.
  const hookedTo = parent ?? entryId;
  return hookedTo === undefined || hookedTo === node.id ? [] : [hookedTo];
}
