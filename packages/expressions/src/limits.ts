/**
 * Every bound that keeps an untrusted expression from consuming the process. The first three are expr-lang's own
 * defaults; the others stand where Go's growable stacks and large heaps need no bound and V8 does.
 */
export const limits = {
  /** Nodes in one syntax tree, as expr-lang counts them. */
  syntaxNodesMax: 10_000,
  /** Nodes in the syntax tree of a `depends`, which Argo bounds as above: a task may here wait for ten thousand others. */
  dependsNodesMax: 200_000,
  /** Elements that one evaluation may allocate in arrays, maps and ranges, as expr-lang counts them. */
  elementsAllocatedMax: 1_000_000,
  /** The count accepted by repeat(). */
  repeatCountMax: 1_000_000,
  /** Levels of nested brackets, operators or calls that a parser follows. */
  nestingDepthMax: 200,
  /** Levels of nested arrays and maps that are compared, printed or flattened. */
  valueDepthMax: 1_000,
  /** Steps (node visits and loop turns) of one evaluation. */
  stepsMax: 5_000_000,
  /** UTF-16 units in the source of one expression. */
  sourceLengthMax: 1_000_000,
  /** UTF-16 units in one string that an expression builds. */
  stringLengthMax: 16 * 1024 * 1024,
  /** UTF-16 units in a regular expression. */
  patternLengthMax: 10_000,
  /** Tokens in one `when` condition. */
  whenTokensMax: 2_000,
  /** Parentheses open at once in one `when` condition. */
  whenNestingMax: 100,
} as const;
