/** Every limit on what a manifest may be; texts and objects beyond them are refused before they cost anything. */
export const limits = {
  /** Longer texts are refused unread. */
  textBytesMax: 20 * 1024 * 1024,
  /** Words and marks of one YAML text: what parsing costs, in time and memory (about a microsecond each). */
  tokensMax: 3_000_000,
  /** Shorter texts cannot have too many tokens to be parsed at once; longer ones are counted first. */
  textBytesUncounted: 2 * 1024 * 1024,
  documentsMax: 5_000,
  /** Objects and lists inside each other. */
  depthMax: 100,
  /** Values of one text after its aliases and merges are written out: what a bomb made of aliases would multiply. */
  valuesMax: 2_000_000,
  templatesMax: 20_000,
  tasksPerTemplateMax: 200_000,
  /** Problems reported for one text; more would only hide the first. */
  problemsMax: 200,
  /** Depth of references from template to template that a snapshot follows. */
  workflowTemplatesMax: 10_000,
} as const;
