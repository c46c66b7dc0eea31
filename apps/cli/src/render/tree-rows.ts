import type { NodePhase, NodeStatus } from "@capstan/core";
import { countPhases, type TreeNode } from "./node-tree.ts";

/** One line of the tree, not yet formatted. */
export interface TreeRow {
  /** The branches before the icon. */
  readonly branches: string;
  /** Absent for a line that stands for several nodes. */
  readonly node?: NodeStatus;
  /** Phases of what is not shown, or of everything below a folded node. */
  readonly counts?: ReadonlyMap<NodePhase, number>;
}

/** How much of a tree is shown. */
export interface TreeDetail {
  /** Siblings beyond this many are summarised, except for a few that failed or run. */
  readonly siblingsMax: number;
  /** Nodes that succeeded are one line, whatever is below them. */
  readonly foldSucceeded: boolean;
  /** Nodes deeper than this are not shown. */
  readonly depthMax: number;
}

/** From everything to the least that still says how it goes. */
export const details: readonly TreeDetail[] = [
  { siblingsMax: 24, foldSucceeded: false, depthMax: 100 },
  { siblingsMax: 10, foldSucceeded: false, depthMax: 100 },
  { siblingsMax: 10, foldSucceeded: true, depthMax: 100 },
  { siblingsMax: 4, foldSucceeded: true, depthMax: 100 },
  { siblingsMax: 2, foldSucceeded: true, depthMax: 3 },
  { siblingsMax: 1, foldSucceeded: true, depthMax: 2 },
];

const namedOfPhaseMax = 3;

/** The lines of a forest, parents before what is below them. */
export function treeRows(roots: readonly TreeNode[], detail: TreeDetail): readonly TreeRow[] {
  const rows: TreeRow[] = [];
  for (const root of roots) {
    addNode(rows, root, { own: "", below: "" }, detail, 0);
  }
  return rows;
}

interface Branches {
  readonly own: string;
  readonly below: string;
}

function addNode(rows: TreeRow[], tree: TreeNode, branches: Branches, detail: TreeDetail, depth: number): void {
  const groups = groupsBelow(tree);
  const isFolded =
    groups.length > 0 &&
    (depth >= detail.depthMax || (detail.foldSucceeded && tree.node.phase === "Succeeded" && depth > 0));
  const counts = isFolded ? countPhases(tree.below) : undefined;
  rows.push({ branches: branches.own, node: tree.node, ...(counts !== undefined && { counts }) });
  if (isFolded) return;
  for (const [index, group] of groups.entries()) {
    addGroup(rows, group, branches.below, index === groups.length - 1, detail, depth + 1);
  }
}

function addGroup(
  rows: TreeRow[],
  group: readonly TreeNode[],
  before: string,
  isLastGroup: boolean,
  detail: TreeDetail,
  depth: number,
): void {
  const { shown, hidden } = selectShown(group, detail.siblingsMax);
  const lines = shown.length + (hidden.length > 0 ? 1 : 0);
  for (let line = 0; line < lines; line++) {
    const branches = branchesOf(before, isLastGroup, line, lines);
    const tree = shown[line];
    if (tree !== undefined) addNode(rows, tree, branches, detail, depth);
    else rows.push({ branches: branches.own, counts: countPhases(hidden) });
  }
}

/** Steps that run side by side hang together: "├─┬─", "│ ├─", "│ └─". */
function branchesOf(before: string, isLastGroup: boolean, line: number, lines: number): Branches {
  const rail = isLastGroup ? "  " : "│ ";
  if (lines === 1) return { own: `${before}${isLastGroup ? "└─" : "├─"}`, below: before + rail };
  const isLastLine = line === lines - 1;
  const first = isLastGroup ? "└─┬─" : "├─┬─";
  const own = line === 0 ? before + first : `${before}${rail}${isLastLine ? "└─" : "├─"}`;
  return { own, below: `${before}${rail}${isLastLine ? "  " : "│ "}` };
}

/** What is below a node, in groups that are drawn side by side; only parallel steps make groups of several. */
function groupsBelow(tree: TreeNode): readonly (readonly TreeNode[])[] {
  if (tree.node.type === "Retry" && tree.below.length === 1) {
    // One attempt says nothing that its retry node does not say.
    const [attempt] = tree.below;
    return attempt === undefined || attempt.below.length === 0 ? [] : groupsBelow(attempt);
  }
  if (tree.node.type === "TaskGroup" || tree.node.type === "DAG") return tree.below.length === 0 ? [] : spread(tree);
  return tree.below.flatMap((below) => {
    if (below.node.type !== "StepGroup") return [[below]];
    return below.below.length === 0 ? [] : [below.below];
  });
}

/** Items of a loop and tasks of a DAG stand one under the other, but are summarised together. */
function spread(tree: TreeNode): readonly (readonly TreeNode[])[] {
  return tree.below.length > spreadMax ? [tree.below] : tree.below.map((below) => [below]);
}

const spreadMax = 24;

function selectShown(
  group: readonly TreeNode[],
  siblingsMax: number,
): { readonly shown: readonly TreeNode[]; readonly hidden: readonly TreeNode[] } {
  if (group.length <= siblingsMax) return { shown: group, hidden: [] };
  const chosen = new Set<TreeNode>();
  const each = Math.min(namedOfPhaseMax, Math.max(1, Math.floor(siblingsMax / 2)));
  for (const phases of [["Failed", "Error"], ["Running"]]) {
    const matching = group.filter((tree) => phases.includes(tree.node.phase));
    for (const tree of matching.slice(0, each)) chosen.add(tree);
  }
  return { shown: group.filter((tree) => chosen.has(tree)), hidden: group.filter((tree) => !chosen.has(tree)) };
}
