import type { WorkflowPhase } from "../status.ts";

/** How workflows are tried again: in place, or as new ones, with another image in their manifests or with what they take from WorkflowTemplates now. */
export type RetryHow =
  | { readonly kind: "retry"; readonly parameters: readonly string[] }
  | {
      readonly kind: "resubmit";
      readonly parameters: readonly string[];
      readonly image?: { readonly from: string; readonly to: string };
    };

export interface RetryTarget {
  readonly uid: string;
  readonly name: string;
  readonly state: "waiting" | "asking" | "running" | "succeeded" | "failed" | "skipped";
  /** The new workflow, where it is resubmitted; chosen beforehand, so that asking twice makes one. */
  readonly again?: { readonly uid: string; readonly name: string };
  /** Where in its shard's inbox the wish is: before that is committed the workflow's phase says nothing. */
  readonly inboxId?: string;
  readonly message?: string;
}

/**
 * Many workflows that failed of one cause, tried again together.
 *
 *   canary ─ the first has succeeded ─▶ rest ─ none is left ─▶ done
 *      └──── the first has failed ────▶ halted ─ continued ─▶ rest
 *
 * A target: waiting ─▶ asking (saved before it is asked, and asked again after a crash) ─▶ running ─▶ succeeded or failed; skipped
 * when it cannot be tried.
 */
export interface BulkRetry {
  readonly id: string;
  readonly namespace: string;
  readonly fingerprint: string;
  readonly createdAtMs: number;
  readonly how: RetryHow;
  readonly phase: "canary" | "rest" | "halted" | "done";
  /** Why it is halted. */
  readonly message?: string;
  readonly targets: readonly RetryTarget[];
}

/** More would be asked at once than shards and pools take up at leisure. */
export const bulkRetryLimits = { targetsMax: 1_000, atOnceMax: 50 } as const;

/** Takes in what has become of targets (by their uid), and decides which are to be asked now: those that are `asking` afterwards. */
export function advanceBulkRetry(retry: BulkRetry, phases: ReadonlyMap<string, WorkflowPhase | "absent">): BulkRetry {
  const observed = retry.targets.map((target) => observe(target, phases.get(target.uid)));
  const next = moveOn({ ...retry, targets: observed });
  const asking = new Set(toAsk(next));
  const targets = next.targets.map(
    (target): RetryTarget => (asking.has(target) ? { ...target, state: "asking" } : target),
  );
  return { ...next, targets };
}

/** What came of asking for a target. */
export type RetryAnswer = { readonly inboxId?: string } | { readonly refused: string };

/** Takes in what came of asking. */
export function answerBulkRetry(retry: BulkRetry, answers: ReadonlyMap<string, RetryAnswer>): BulkRetry {
  const targets = retry.targets.map((target): RetryTarget => {
    const answer = answers.get(target.uid);
    if (answer === undefined || target.state !== "asking") return target;
    return "refused" in answer
      ? { ...target, state: "skipped", message: answer.refused }
      : { ...target, state: "running", ...answer };
  });
  return { ...retry, targets };
}

/** Asks for nothing more; what runs goes on. */
export function haltBulkRetry(retry: BulkRetry, message: string): BulkRetry {
  return retry.phase === "canary" || retry.phase === "rest" ? { ...retry, phase: "halted", message } : retry;
}

/** Goes on with the rest, whatever became of the first. */
export function continueBulkRetry(retry: BulkRetry): BulkRetry {
  const { message: _message, ...rest } = retry;
  return retry.phase === "halted" || retry.phase === "canary" ? { ...rest, phase: "rest" } : retry;
}

/** Is there something to ask or to wait for? */
export function isActive(retry: BulkRetry): boolean {
  return retry.phase === "canary" || retry.phase === "rest" || retry.targets.some(isUnderWay);
}

function isUnderWay({ state }: RetryTarget): boolean {
  return state === "asking" || state === "running";
}

function observe(target: RetryTarget, phase: WorkflowPhase | "absent" | undefined): RetryTarget {
  if (target.state !== "running") return target;
  if (phase === "Succeeded") return { ...target, state: "succeeded" };
  if (phase === "Failed" || phase === "Error") return { ...target, state: "failed" };
  return phase === "absent" ? { ...target, state: "failed", message: "it was deleted" } : target;
}

function moveOn(retry: BulkRetry): BulkRetry {
  if (retry.phase === "canary") {
    const canary = canaryOf(retry);
    if (canary === undefined || canary.state === "succeeded") return moveOn({ ...retry, phase: "rest" });
    if (canary.state !== "failed") return retry;
    return { ...retry, phase: "halted", message: `${canary.again?.name ?? canary.name} has failed again` };
  }
  const isDone =
    retry.phase === "rest" && retry.targets.every((target) => target.state !== "waiting" && !isUnderWay(target));
  return isDone ? { ...retry, phase: "done" } : retry;
}

/** The first that can be tried at all. */
function canaryOf(retry: BulkRetry): RetryTarget | undefined {
  return retry.targets.find(({ state }) => state !== "skipped");
}

function toAsk(retry: BulkRetry): readonly RetryTarget[] {
  if (retry.phase === "canary") {
    const canary = canaryOf(retry);
    return canary?.state === "waiting" ? [canary] : [];
  }
  if (retry.phase !== "rest") return [];
  const room = bulkRetryLimits.atOnceMax - retry.targets.filter(isUnderWay).length;
  return retry.targets.filter(({ state }) => state === "waiting").slice(0, Math.max(0, room));
}
