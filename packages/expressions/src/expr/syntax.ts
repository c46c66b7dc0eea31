/** Where a node's operator or name stands, in runes from the start of the source. */
export interface Located {
  readonly at: number;
}

export type Node =
  | NilNode
  | IdentifierNode
  | IntegerNode
  | FloatNode
  | BoolNode
  | StringNode
  | BytesNode
  | UnaryNode
  | BinaryNode
  | ChainNode
  | MemberNode
  | SliceNode
  | CallNode
  | BuiltinNode
  | PredicateNode
  | PointerNode
  | VariableNode
  | SequenceNode
  | ConditionalNode
  | ArrayNode
  | MapNode;

export interface NilNode extends Located {
  readonly type: "nil";
}
export interface IdentifierNode extends Located {
  readonly type: "identifier";
  readonly name: string;
}
export interface IntegerNode extends Located {
  readonly type: "integer";
  readonly value: bigint;
}
export interface FloatNode extends Located {
  readonly type: "float";
  readonly value: number;
}
export interface BoolNode extends Located {
  readonly type: "bool";
  readonly value: boolean;
}
export interface StringNode extends Located {
  readonly type: "string";
  readonly value: string;
}
export interface BytesNode extends Located {
  readonly type: "bytes";
  readonly value: Uint8Array;
}
export interface UnaryNode extends Located {
  readonly type: "unary";
  readonly operator: string;
  readonly operand: Node;
}
export interface BinaryNode extends Located {
  readonly type: "binary";
  readonly operator: string;
  readonly left: Node;
  readonly right: Node;
}
/** Ends a series of accesses with `?.`: when one of them meets nil, the whole chain is nil. */
export interface ChainNode extends Located {
  readonly type: "chain";
  readonly inner: Node;
}
export interface MemberNode extends Located {
  readonly type: "member";
  readonly base: Node;
  readonly property: Node;
  readonly optional: boolean;
}
export interface SliceNode extends Located {
  readonly type: "slice";
  readonly base: Node;
  readonly from: Node | undefined;
  readonly to: Node | undefined;
}
export interface CallNode extends Located {
  readonly type: "call";
  readonly callee: Node;
  readonly args: readonly Node[];
}
export interface BuiltinNode extends Located {
  readonly type: "builtin";
  readonly name: string;
  readonly args: readonly Node[];
}
/** The body of a closure such as `# > 1` in `filter(list, # > 1)`. */
export interface PredicateNode extends Located {
  readonly type: "predicate";
  readonly body: Node;
}
/** `#` (name is empty), `#index` or `#acc`. */
export interface PointerNode extends Located {
  readonly type: "pointer";
  readonly name: string;
}
export interface VariableNode extends Located {
  readonly type: "variable";
  readonly name: string;
  readonly value: Node;
  readonly body: Node;
}
export interface SequenceNode extends Located {
  readonly type: "sequence";
  readonly nodes: readonly Node[];
}
export interface ConditionalNode extends Located {
  readonly type: "conditional";
  readonly condition: Node;
  readonly then: Node;
  readonly otherwise: Node;
}
export interface ArrayNode extends Located {
  readonly type: "array";
  readonly elements: readonly Node[];
}
export interface MapNode extends Located {
  readonly type: "map";
  readonly pairs: readonly { readonly key: Node; readonly value: Node }[];
}

/** The direct parts of a node, in the order in which expr-lang visits them. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.type) {
    case "unary":
      return [node.operand];
    case "binary":
      return [node.left, node.right];
    case "chain":
      return [node.inner];
    case "member":
      return [node.base, node.property];
    case "slice":
      return [node.base, ...(node.from === undefined ? [] : [node.from]), ...(node.to === undefined ? [] : [node.to])];
    case "call":
      return [node.callee, ...node.args];
    case "builtin":
      return node.args;
    case "predicate":
      return [node.body];
    case "variable":
      return [node.value, node.body];
    case "sequence":
      return node.nodes;
    case "conditional":
      return [node.condition, node.then, node.otherwise];
    case "array":
      return node.elements;
    case "map":
      return node.pairs.flatMap((pair) => [pair.key, pair.value]);
    default:
      return [];
  }
}

/** Visits a node after its parts, without recursion, so that a deep tree costs memory and not stack. */
export function walk(root: Node, visit: (node: Node) => void): void {
  const order: Node[] = [];
  const pending: Node[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    order.push(node);
    for (const child of childrenOf(node)) pending.push(child);
  }
  // `order` has each node before its parts and the last part first: backwards it is the visiting order.
  for (let index = order.length - 1; index >= 0; index--) {
    const node = order[index];
    if (node !== undefined) visit(node);
  }
}
