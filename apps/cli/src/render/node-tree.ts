import type { NodeStatus } from "@capstan/core";

/** A node and what is shown below it. */
export interface TreeNode {
  readonly node: NodeStatus;
  readonly below: TreeNode[];
}

/**
 * The nodes as people read them: items below their loop, attempts below their retries, steps below their group, and what a
 * template calls below the template, whatever the edges between the calls are.
 */
export function buildTree(nodes: readonly NodeStatus[]): readonly TreeNode[] {
  const trees = new Map<string, TreeNode>(nodes.map((node) => [node.id, { node, below: [] }]));
  const containers = containersByGroup(nodes, trees);
  const roots: TreeNode[] = [];
  for (const tree of trees.values()) {
    const container = containers.get(tree.node.id) ?? trees.get(tree.node.boundaryID ?? "");
    if (container === undefined || container === tree) roots.push(tree);
    else container.below.push(tree);
  }
  return roots;
}

/** A group's own children are among its edges; their names begin with its own. */
function containersByGroup(
  nodes: readonly NodeStatus[],
  trees: ReadonlyMap<string, TreeNode>,
): ReadonlyMap<string, TreeNode> {
  const containers = new Map<string, TreeNode>();
  for (const node of nodes) {
    const separator = groupSeparators[node.type];
    const tree = trees.get(node.id);
    if (separator === undefined || tree === undefined) continue;
    for (const childId of node.children ?? []) {
      const child = trees.get(childId)?.node;
      if (child?.name.startsWith(node.name + separator)) containers.set(childId, tree);
    }
  }
  return containers;
}

const groupSeparators: { readonly [type in NodeStatus["type"]]?: string } = {
  Retry: "(",
  TaskGroup: "(",
  StepGroup: ".",
  Pod: ".",
};

/** How many nodes of each phase are at or below the trees, not counting those that only group others. */
export function countPhases(trees: readonly TreeNode[]): ReadonlyMap<NodeStatus["phase"], number> {
  const counts = new Map<NodeStatus["phase"], number>();
  const open = [...trees];
  for (let tree = open.pop(); tree !== undefined; tree = open.pop()) {
    if (tree.below.length > 0) for (const below of tree.below) open.push(below);
    else counts.set(tree.node.phase, (counts.get(tree.node.phase) ?? 0) + 1);
  }
  return counts;
}
