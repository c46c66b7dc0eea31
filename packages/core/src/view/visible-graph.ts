import { isFailedOrError, isTerminal } from "../graph/phases.ts";
import type { NodePhase, NodeType } from "../status.ts";
import { heatStrip } from "./heat-strip.ts";
import { rootId, type ViewNode } from "./view-node.ts";
import { type PhaseCounts, phaseOfCounts, type ViewContainer, type WorkflowView } from "./workflow-view.ts";

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
  stripBuckets: 64,
} as const;

/**
 * What is drawn of a workflow, at the cost of what is drawn: containers are opened from the outside in, failed ones first, while there is room.
 * In an order in which containers come before what is in them.
 */
export function visibleGraph(view: WorkflowView, options: VisibleOptions): readonly Vertex[] {
  const focused = focusedIds(view, options);
  const opened = openedContainers(view, options, focused);
  const vertices: Vertex[] = [];
  const emit = (container: ViewContainer) => {
    const shown = shownChildren(view, container, focused);
    const isChain = view.node(container.id)?.type === "Retry";
    for (const [index, id] of shown.entries()) {
      const inner = view.container(id);
      const expanded = inner !== undefined && opened.has(id);
      const vertex = toVertex(view, id, container.id, inner, expanded);
      const previous = shown[index - 1];
      // Attempts follow each other, though no link says so.
      vertices.push(isChain && previous !== undefined ? { ...vertex, after: [previous] } : vertex);
      if (inner !== undefined && expanded) emit(inner);
    }
    const left = container.children.length - shown.length;
    if (left > 0) vertices.push(theRest(view, container, shown, left));
  };
  const root = view.container(rootId);
  if (root !== undefined) emit(root);
  return vertices;
}

/** The node that is looked for and what it is in. */
function focusedIds(view: WorkflowView, { focus }: VisibleOptions): ReadonlySet<string> {
  return new Set(focus === undefined || view.node(focus) === undefined ? [] : [focus, ...view.above(focus)]);
}

function openedContainers(
  view: WorkflowView,
  { expand, collapse }: VisibleOptions,
  focused: ReadonlySet<string>,
): ReadonlySet<string> {
  const urgency = ({ id, counts }: ViewContainer) =>
    focused.has(id) ? Number.POSITIVE_INFINITY : (counts.Failed ?? 0) + (counts.Error ?? 0);
  const opened = new Set<string>();
  let [auto, total] = [0, 0];
  let level: readonly ViewContainer[] = [view.container(rootId)].filter((one) => one !== undefined);
  while (level.length > 0) {
    const candidates: ViewContainer[] = [];
    for (const container of level) {
      const shown = Math.min(container.children.length, viewLimits.childrenMax);
      const asked = container.id === rootId || expand.has(container.id);
      const fits = auto + shown <= viewLimits.verticesAutoMax && isOpenByItself(view, container);
      if (!asked && (collapse.has(container.id) || !fits)) continue;
      if (total + shown > viewLimits.verticesMax) continue;
      if (!asked) auto += shown;
      total += shown;
      opened.add(container.id);
      for (const id of shownChildren(view, container, focused)) {
        const inner = view.container(id);
        if (inner !== undefined) candidates.push(inner);
      }
    }
    level = candidates
      .map((container) => ({ container, rank: urgency(container) }))
      .sort((left, right) => (left.rank === right.rank ? 0 : right.rank - left.rank))
      .map(({ container }) => container);
  }
  return opened;
}

/** Loops and retries are read as one thing unless they are short; all else is structure. */
function isOpenByItself(view: WorkflowView, { id, children }: ViewContainer): boolean {
  const node = view.node(id);
  const isStructure = node?.type === "Steps" || node?.type === "DAG" || node?.type === "StepGroup";
  if (isStructure) return true;
  if (node?.type === "Retry" || node?.type === "Pod") return false;
  return children.length <= viewLimits.loopChildrenAutoMax;
}

/** All children, or, of too many, the one that is looked for and those that need attention first, in their order. */
function shownChildren(
  view: WorkflowView,
  { children }: ViewContainer,
  focused: ReadonlySet<string>,
): readonly string[] {
  if (children.length <= viewLimits.childrenMax) return children;
  const urgent = children.filter((id) => isFailedOrError(phaseOf(view, id)) || phaseOf(view, id) === "Running");
  const chosen = new Set(children.filter((id) => focused.has(id)));
  for (const id of urgent.slice(0, viewLimits.childrenMax - chosen.size)) chosen.add(id);
  for (const id of children) {
    if (chosen.size >= viewLimits.childrenMax) break;
    chosen.add(id);
  }
  return children.filter((id) => chosen.has(id));
}

function phaseOf(view: WorkflowView, id: string): NodePhase {
  const node = view.node(id);
  return node?.phase ?? phaseOfCounts(view.container(id)?.counts ?? {});
}

function toVertex(
  view: WorkflowView,
  id: string,
  containerId: string,
  inner: ViewContainer | undefined,
  expanded: boolean,
): Vertex {
  const node = view.node(id);
  return {
    ...(node === undefined ? loopVertex(view, id, inner) : nodeVertex(view, node)),
    ...(containerId !== rootId && { container: containerId }),
    ...(inner !== undefined && {
      childCount: inner.children.length,
      expanded,
      counts: { ...inner.counts },
      ...(!expanded && { strip: stripOf(view, inner.children) }),
    }),
  };
}

function nodeVertex(view: WorkflowView, node: ViewNode): Vertex {
  const { id, templateName, message, startedAtMs, runStartedAtMs, finishedAtMs, hostNodeName, progress } = node;
  return {
    ...{ id, kind: node.type, name: node.displayName, phase: node.phase },
    after: node.after.filter((before) => view.node(before)?.container === node.container),
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

function loopVertex(view: WorkflowView, id: string, inner: ViewContainer | undefined): Vertex {
  const first = view.node(inner?.children[0] ?? "");
  const phase = phaseOfCounts(inner?.counts ?? {});
  const finishedAtMs = isTerminal(phase) ? lastEndMs(view, inner?.children ?? []) : undefined;
  return {
    ...{ id, kind: "Loop" as const, name: first?.slot ?? id, phase, after: [] },
    ...(finishedAtMs !== undefined && { finishedAtMs }),
    ...(first?.templateName !== undefined && { templateName: first.templateName }),
    ...(first?.startedAtMs !== undefined && { startedAtMs: first.startedAtMs }),
  };
}

function lastEndMs(view: WorkflowView, ids: readonly string[]): number | undefined {
  let last: number | undefined;
  for (const id of ids) {
    const { finishedAtMs } = view.node(id) ?? {};
    if (finishedAtMs !== undefined && finishedAtMs > (last ?? 0)) last = finishedAtMs;
  }
  return last;
}

function theRest(view: WorkflowView, container: ViewContainer, shown: readonly string[], left: number): Vertex {
  const chosen = new Set(shown);
  const hidden = container.children.filter((id) => !chosen.has(id));
  return {
    id: `${container.id}/…`,
    ...(container.id !== rootId && { container: container.id }),
    ...{ kind: "More", name: `${left} more`, phase: phaseOf(view, hidden[0] ?? ""), after: [] },
    childCount: left,
    strip: stripOf(view, hidden),
  };
}

function stripOf(view: WorkflowView, ids: readonly string[]): string {
  return heatStrip(
    ids.map((id) => phaseOf(view, id)),
    viewLimits.stripBuckets,
  );
}
