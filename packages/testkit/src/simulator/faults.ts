/** How unkind the world is; probabilities are for one call or one notice. */
export interface Faults {
  readonly latencyMs: readonly [number, number];
  /** Calls that take much longer. */
  readonly slowProbability: number;
  readonly slowMs: readonly [number, number];
  /** The call fails; half of the times after it took effect. */
  readonly errorProbability: number;
  /** The connection sends the call again although it took effect. */
  readonly repeatProbability: number;
  /** The process dies at the call: before it leaves, or before the answer comes. */
  readonly crashProbability: number;
  readonly noticeLossProbability: number;
}

export const calm: Faults = {
  ...{ latencyMs: [0.1, 1], slowProbability: 0, slowMs: [0, 0] },
  ...{ errorProbability: 0, repeatProbability: 0, crashProbability: 0, noticeLossProbability: 0 },
};
