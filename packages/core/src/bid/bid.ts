import type { Bid } from "../task.ts";

/** The settings of a queue's bids; all times in seconds. */
export interface BidPolicy {
  /** How steep P is, per second. Shown only: with one k a queue it never changes the order. */
  readonly k: number;
  /** The wait that is promised to workflows without priority: P is one half when a task has waited that long. */
  readonly thetaSeconds: number;
  /** By how much one unit of `spec.priority` lowers θ. */
  readonly secondsPerPriority: number;
}

/** What lies ahead of a task in its workflow. */
export interface WorkAhead {
  /** Expected length of the longest path from the task's start to the workflow's end. */
  readonly criticalPathSeconds: number;
  /** Expected work of the tasks from here to the workflow's end, one after the other. */
  readonly remainingWorkSeconds: number;
}

/**
 * How far the terms may move a task. A long path or little work is worth at most an hour of waiting, so that nothing
 * starves: a task is overtaken only by tasks that were submitted less than the sum of both later (user priority aside).
 */
export const bidLimits = {
  criticalPathSecondsMax: 3_600,
  remainingWorkTermSecondsMax: 3_600,
  /** What e times more remaining work costs. Simulated: five minutes gave the best mean without starving anybody. */
  remainingWorkSecondsPerE: 300,
} as const;

/**
 * A task's bid. With t = age of the workflow + critical path − work term and θ = promise − user priority, P(t) =
 * 1/(1+e^(−k(t−θ))) grows with now − key, so that the key alone orders tasks, once and for all: smaller runs first.
 */
export function makeBid(task: {
  readonly submittedAtMs: number;
  readonly userPriority: number;
  readonly ahead: WorkAhead;
  readonly policy: BidPolicy;
}): Bid {
  const { k, thetaSeconds, secondsPerPriority } = task.policy;
  const submittedAtSeconds = task.submittedAtMs / 1_000;
  const criticalPathSeconds = within(task.ahead.criticalPathSeconds, bidLimits.criticalPathSecondsMax);
  const remainingWorkTermSeconds = remainingWorkTerm(task.ahead.remainingWorkSeconds);
  const userPrioritySeconds = task.userPriority * secondsPerPriority;
  return {
    keySeconds:
      submittedAtSeconds + thetaSeconds - criticalPathSeconds + remainingWorkTermSeconds - userPrioritySeconds,
    submittedAtSeconds,
    thetaSeconds,
    k,
    criticalPathSeconds,
    remainingWorkTermSeconds,
    userPrioritySeconds,
  };
}

function remainingWorkTerm(workSeconds: number): number {
  const work = Math.max(0, workSeconds);
  return within(Math.log1p(work) * bidLimits.remainingWorkSecondsPerE, bidLimits.remainingWorkTermSecondsMax);
}

function within(seconds: number, max: number): number {
  return Math.min(max, Math.max(0, seconds));
}

/** P at a moment: 0 to 1, growing while the task waits. */
export function bidProbability(bid: Bid, nowMs: number): number {
  return 1 / (1 + Math.exp(-bid.k * (nowMs / 1_000 - bid.keySeconds)));
}
