import type { NodePhase, NodeStatus, NodeType } from "../status.ts";

/** What pages show of a node at a glance, and where it stands; small and all of one shape, since there may be 100,000 of them. */
export interface ViewNode {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly type: NodeType;
  readonly phase: NodePhase;
  readonly ordinal: number;
  /** The node whose frame called it. */
  readonly owner: string | undefined;
  /** The node that has it as its child. */
  readonly parent: string | undefined;
  /** The step or task that it runs, and the item's number when a loop called. */
  readonly slot: string | undefined;
  readonly index: number | undefined;
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
}

const messageCharactersMax = 500;
const nothing: readonly string[] = [];

/** The node for a view. What is left out of it can be forgotten at once, which matters when 100,000 are read; so does what it shares with another one. */
export function toViewNode(node: NodeStatus, other?: ViewNode): ViewNode {
  const { links, type } = node;
  const hooked = node.nodeFlag?.hooked === true;
  return {
    id: node.id,
    name: node.name,
    displayName: node.displayName,
    type,
    phase: node.phase,
    ordinal: links?.ordinal ?? 0,
    owner: same(links?.owner ?? (type === "Container" ? node.boundaryID : undefined), other?.owner),
    parent: same(links?.parent, other?.parent),
    slot: links?.slot,
    index: links?.index,
    after: hooked ? hookedTo(links?.parent) : (links?.after ?? links?.parents ?? nothing),
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
  };
}

/** Equal texts are kept once. */
function same(text: string | undefined, other: string | undefined): string | undefined {
  return text === other ? other : text;
}

function hookedTo(parent: string | undefined): readonly string[] {
  return parent === undefined ? nothing : [parent];
}
