import { isFailedOrError, isTerminal } from "../graph/phases.ts";
import type { NodePhase, NodeType } from "../status.ts";
import { notEndedMs, type PhaseCounts, type Place, stripBuckets, stripOf } from "./place.ts";
import type { ViewNode } from "./view-node.ts";
import type { WorkflowView } from "./workflow-view.ts";

/** One thing to draw: a node, a loop in a step group, or what is left of a container that is shown in part. */
export interface Vertex {
  readonly id: string;
  /** The vertex that it is drawn in; absent for what the workflow itself calls. */
  readonly container?: string;
  readonly kind: NodeType | "Loop" | "More";
  readonly name: string;
  readonly phase: NodePhase;
  /** Vertices of the same container that it comes after. */
  readonly after: readonly string[];
  /** It contains others, and whether they are shown. */
  readonly childCount?: number;
  readonly expanded?: boolean;
  /** Of the leaves in it, and their phases in order, a letter each or several. */
  readonly counts?: PhaseCounts;
  readonly strip?: string;
  readonly templateName?: string;
  readonly message?: string;
  readonly startedAtMs?: number;
  readonly runStartedAtMs?: number;
  readonly finishedAtMs?: number;
  readonly hostNodeName?: string;
  readonly progress?: string;
  readonly hooked?: boolean;
}

export interface VisibleOptions {
  /** Containers that the viewer opened and closed; for the others the budget decides. */
  readonly expand: ReadonlySet<string>;
  readonly collapse: ReadonlySet<string>;
  /** A node that is looked for: shown among however many others, where what it is in is open. */
  readonly focus?: string | undefined;
}

export const viewLimits = {
  /** Vertices shown without anybody having asked for them. */
  verticesAutoMax: 250,
  /** Children of a loop or a retry that are shown without being asked for. */
  loopChildrenAutoMax: 12,
  /** Vertices shown at all. */
  verticesMax: 6_000,
  /** Children shown of one container. */
  childrenMax: 5_000,
  stripBuckets,
} as const;

/**
 * What is drawn of a workflow, at the cost of what is drawn: containers are opened from the outside in, failed ones first, while there is room.
 * In an order in which containers come before what is in them.
 */
export function visibleGraph(view: WorkflowView, options: VisibleOptions): readonly Vertex[] {
  const focused = focusedPlaces(view, options);
  const opened = openedPlaces(view, options, focused);
  const vertices: Vertex[] = [];
  const emit = (container: Place) => {
    const shown = shownChildren(container, focused);
    const isChain = container.node?.type === "Retry";
    for (const [index, place] of shown.entries()) {
      const expanded = opened.has(place);
      const vertex = toVertex(view, place, expanded);
      const previous = shown[index - 1];
      // Attempts follow each other, though no link says so.
      vertices.push(isChain && previous !== undefined ? { ...vertex, after: [previous.id] } : vertex);
      if (expanded) emit(place);
    }
    if (container.children.length > shown.length) vertices.push(theRest(container, shown));
  };
  emit(view.root);
  return vertices;
}

/** The node that is looked for and what it is in. */
function focusedPlaces(view: WorkflowView, { focus }: VisibleOptions): ReadonlySet<Place> {
  const focused = new Set<Place>();
  for (let at = view.place(focus ?? ""); at !== undefined; at = at.above) focused.add(at);
  return focused;
}

function openedPlaces(
  view: WorkflowView,
  { expand, collapse }: VisibleOptions,
  focused: ReadonlySet<Place>,
): ReadonlySet<Place> {
  const urgency = (place: Place) =>
    focused.has(place) ? Number.POSITIVE_INFINITY : (place.counts.Failed ?? 0) + (place.counts.Error ?? 0);
  const opened = new Set<Place>();
  let [auto, total] = [0, 0];
  let level: readonly Place[] = [view.root];
  while (level.length > 0) {
    const candidates: Place[] = [];
    for (const place of level) {
      const shown = Math.min(place.children.length, viewLimits.childrenMax);
      const asked = place === view.root || expand.has(place.id);
      const fits = auto + shown <= viewLimits.verticesAutoMax && isOpenByItself(place);
      if (!asked && (collapse.has(place.id) || !fits)) continue;
      if (total + shown > viewLimits.verticesMax) continue;
      if (!asked) auto += shown;
      total += shown;
      opened.add(place);
      for (const child of shownChildren(place, focused)) if (child.children.length > 0) candidates.push(child);
    }
    level = candidates
      .map((place) => ({ place, rank: urgency(place) }))
      .sort((left, right) => (left.rank === right.rank ? 0 : right.rank - left.rank))
      .map(({ place }) => place);
  }
  return opened;
}

/** Loops and retries are read as one thing unless they are short; all else is structure. */
function isOpenByItself({ node, children }: Place): boolean {
  const isStructure = node?.type === "Steps" || node?.type === "DAG" || node?.type === "StepGroup";
  if (isStructure) return true;
  if (node?.type === "Retry" || node?.type === "Pod") return false;
  return children.length <= viewLimits.loopChildrenAutoMax;
}

/** All children, or, of too many, the one that is looked for and those that need attention first, in their order. */
function shownChildren({ children }: Place, focused: ReadonlySet<Place>): readonly Place[] {
  if (children.length <= viewLimits.childrenMax) return children;
  const urgent = children.filter((child) => isFailedOrError(child.phase) || child.phase === "Running");
  const chosen = new Set(children.filter((child) => focused.has(child)));
  for (const child of urgent.slice(0, viewLimits.childrenMax - chosen.size)) chosen.add(child);
  for (const child of children) {
    if (chosen.size >= viewLimits.childrenMax) break;
    chosen.add(child);
  }
  return children.filter((child) => chosen.has(child));
}

function toVertex(view: WorkflowView, place: Place, expanded: boolean): Vertex {
  const { node, above, children, counts } = place;
  return {
    ...(node === undefined ? loopVertex(place) : nodeVertex(view, place, node)),
    ...(above !== undefined && above !== view.root && { container: above.id }),
    ...(children.length > 0 && {
      childCount: children.length,
      expanded,
      counts: { ...counts },
      ...(!expanded && { strip: place.strip }),
    }),
  };
}

function nodeVertex(view: WorkflowView, { above }: Place, node: ViewNode): Vertex {
  const { id, templateName, message, startedAtMs, runStartedAtMs, finishedAtMs, hostNodeName, progress } = node;
  return {
    ...{ id, kind: node.type, name: node.displayName, phase: node.phase },
    after: view.predecessorsOf(node).filter((before) => view.place(before)?.above === above),
    ...(templateName !== undefined && { templateName }),
    ...(message !== undefined && message !== "" && { message }),
    ...(startedAtMs !== undefined && { startedAtMs }),
    ...(runStartedAtMs !== undefined && { runStartedAtMs }),
    ...(finishedAtMs !== undefined && { finishedAtMs }),
    ...(hostNodeName !== undefined && { hostNodeName }),
    ...(progress !== undefined && { progress }),
    ...(node.hooked && { hooked: true }),
  };
}

function loopVertex({ id, children, phase, endMs }: Place): Vertex {
  const first = children[0]?.node;
  return {
    ...{ id, kind: "Loop" as const, name: first?.slot ?? id, phase, after: [] },
    ...(isTerminal(phase) && endMs < notEndedMs && { finishedAtMs: endMs }),
    ...(first?.templateName !== undefined && { templateName: first.templateName }),
    ...(first?.startedAtMs !== undefined && { startedAtMs: first.startedAtMs }),
  };
}

function theRest(container: Place, shown: readonly Place[]): Vertex {
  const chosen = new Set(shown);
  const hidden = container.children.filter((place) => !chosen.has(place));
  const [first] = hidden;
  return {
    id: `${container.id}/…`,
    ...(container.above !== undefined && { container: container.id }),
    ...{
      kind: "More",
      name: `${hidden.length} more`,
      phase: first === undefined ? "Omitted" : first.phase,
      after: [],
    },
    childCount: hidden.length,
    strip: stripOf(hidden),
  };
}
