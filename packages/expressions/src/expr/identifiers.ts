import { type MemberNode, type Node, walk } from "./syntax.ts";

/** The dotted path of accesses by constant names that starts at an identifier; undefined for other accesses. */
function pathOf(node: MemberNode): string | undefined {
  const names: string[] = [];
  for (let current: Node = node; ; ) {
    if (current.type === "identifier") {
      names.push(current.name);
      return names.reverse().join(".");
    }
    if (current.type !== "member" || current.optional || current.property.type !== "string") return undefined;
    names.push(current.property.value);
    current = current.base;
  }
}

/** The accesses whose failure the source itself provides for, with `??` or `?.`. */
function findGuarded(root: Node): ReadonlySet<Node> {
  const guarded = new Set<Node>();
  walk(root, (node) => {
    if (node.type === "binary" && node.operator === "??") {
      walk(node.left, (part) => {
        if (part.type === "member") guarded.add(part);
      });
    }
    if (node.type === "member" && node.optional && node.base.type === "member") guarded.add(node.base);
  });
  return guarded;
}

/**
 * The names and dotted paths that an expression needs, called functions included.
 * Argo decides by them whether an expression can be evaluated yet.
 */
export function findIdentifiers(root: Node): string[] {
  const guarded = findGuarded(root);
  const found = new Set<string>();
  walk(root, (node) => {
    if (guarded.has(node)) return;
    if (node.type === "identifier") found.add(node.name);
    const path = node.type === "member" ? pathOf(node) : undefined;
    if (path !== undefined) found.add(path);
  });
  return [...found];
}
