import type { Bid } from "../task.ts";
import { bidProbability } from "./bid.ts";

/** A bid at one moment as people read it: t, its terms, θ, k and P. All times in seconds. */
export interface BidExplanation {
  readonly probability: number;
  /** t: what counts for the task. */
  readonly executionTimeSeconds: number;
  /** θ with the user's priority taken off: P is one half when t reaches it. */
  readonly thetaSeconds: number;
  readonly k: number;
  /** What t and θ are made of: t is the sum of the first kind, θ that of the second. */
  readonly terms: readonly BidTerm[];
}

export interface BidTerm {
  readonly of: "t" | "theta";
  readonly name: "age" | "critical path" | "remaining work" | "promised wait" | "user priority";
  readonly seconds: number;
}

/** Takes a bid apart into what users see of it. */
export function explainBid(bid: Bid, nowMs: number): BidExplanation {
  const terms: readonly BidTerm[] = [
    { of: "t", name: "age", seconds: nowMs / 1_000 - bid.submittedAtSeconds },
    { of: "t", name: "critical path", seconds: bid.criticalPathSeconds },
    { of: "t", name: "remaining work", seconds: -bid.remainingWorkTermSeconds },
    { of: "theta", name: "promised wait", seconds: bid.thetaSeconds },
    { of: "theta", name: "user priority", seconds: -bid.userPrioritySeconds },
  ];
  return {
    probability: bidProbability(bid, nowMs),
    executionTimeSeconds: sumOf("t", terms),
    thetaSeconds: sumOf("theta", terms),
    k: bid.k,
    terms,
  };
}

function sumOf(kind: BidTerm["of"], terms: readonly BidTerm[]): number {
  return terms.reduce((sum, term) => (term.of === kind ? sum + term.seconds : sum), 0);
}
