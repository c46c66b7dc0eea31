import type { NodePhase, NodeStatus, NodeType } from "../status.ts";

/** What pages show of a node at a glance; small and all of one shape, since there may be 100,000 of them. */
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
  readonly templateName: string | undefined;
  readonly message: string | undefined;
  readonly startedAtMs: number | undefined;
  readonly runStartedAtMs: number | undefined;
  readonly finishedAtMs: number | undefined;
  readonly hostNodeName: string | undefined;
  readonly pool: string | undefined;
  readonly attempt: number | undefined;
  readonly progress: string | undefined;
  /** Runs for a hook or an exit handler. */
  readonly hooked: boolean;
  /** The step or task that it runs. */
  readonly slot: string | undefined;
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
    templateName: node.templateName,
    message: node.message?.slice(0, messageCharactersMax),
    startedAtMs: node.startedAtMs,
    runStartedAtMs: node.runStartedAtMs,
    finishedAtMs: node.finishedAtMs,
    hostNodeName: node.hostNodeName,
    pool: node.pool,
    attempt: node.attempt,
    progress: node.progress,
    slot: links?.slot,
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
