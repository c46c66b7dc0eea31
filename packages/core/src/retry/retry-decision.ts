import type { Variables } from "@capstan/expressions";
import { formatHumanDuration } from "../duration.ts";
import { fail, ok, type Result } from "../result.ts";
import type { RetryPolicy, RetryStrategy } from "../spec/template.ts";
import type { NodePhase } from "../status.ts";
import { evaluateToBoolean } from "../template/evaluate-expression.ts";
import { backoffDelays, parseWholeNumber } from "./backoff.ts";
import { type LastAttempt, retryVariables } from "./retry-variables.ts";
import { isTransientError } from "./transient-error.ts";

export interface RetryQuestion {
  readonly strategy: RetryStrategy;
  /** How many attempts there were. */
  readonly attempts: number;
  readonly last: LastAttempt;
  readonly firstStartedAtMs: number;
  readonly nowMs: number;
  /** What the strategy's expression may refer to besides `retries` and `lastRetry`. */
  readonly variables?: Variables;
  /** The operator's addition to what counts as transient. */
  readonly transientPattern?: RegExp;
}

export type RetryDecision =
  /** Start the next attempt; it must end by `deadlineAtMs`. */
  | { readonly type: "retry"; readonly deadlineAtMs?: number }
  /** Ask again at `atMs`; the message is the retry node's until then. */
  | { readonly type: "wait"; readonly atMs: number; readonly message: string }
  /** No further attempt: the retry node ends in this phase with this message. */
  | { readonly type: "stop"; readonly phase: NodePhase; readonly message: string };

/** What follows a failed attempt. An error is one of the strategy itself: it ends the retry node in Error. */
export function retryDecision(question: RetryQuestion): Result<RetryDecision> {
  const { strategy, attempts, last } = question;
  const limit = parseWholeNumber(strategy.limit);
  if (!limit.ok) return limit;
  const backoff = backoffDecision(question, limit.value);
  if (!backoff.ok || backoff.value.type !== "retry") return backoff;
  const policy = policyAllows(question);
  if (!policy.ok) return policy;
  if (!policy.value) return stop(last.phase, last.message ?? "");
  if (limit.value !== undefined && attempts > limit.value) return stop(last.phase, "No more retries left");
  if (strategy.expression) {
    const continues = evaluateToBoolean(strategy.expression, retryVariables(question, question.variables), {
      nowMs: question.nowMs,
    });
    if (!continues.ok) return continues;
    if (!continues.value) return stop(last.phase, "retryStrategy.expression evaluated to false");
  }
  return backoff;
}

function stop(phase: NodePhase, message: string): Result<RetryDecision> {
  return ok({ type: "stop", phase, message });
}

function backoffDecision(question: RetryQuestion, limit: number | undefined): Result<RetryDecision> {
  const { strategy, attempts, last, firstStartedAtMs, nowMs } = question;
  if (strategy.backoff === undefined) return ok({ type: "retry" });
  const delays = backoffDelays(strategy.backoff, attempts);
  if (!delays.ok) return delays;
  const { delayMs, maxDurationMs } = delays.value;
  const deadlineAtMs = maxDurationMs === undefined ? undefined : firstStartedAtMs + maxDurationMs;
  if (deadlineAtMs !== undefined && nowMs > deadlineAtMs) return stop(last.phase, "Max duration limit exceeded");
  const atMs = last.finishedAtMs + delayMs;
  if (deadlineAtMs !== undefined && atMs > deadlineAtMs) {
    return stop(last.phase, "Backoff would exceed max duration limit");
  }
  // As in Argo: without a limit nothing says that an attempt is left, so that the delay is not waited for.
  if (nowMs < atMs && limit !== undefined && attempts <= limit) {
    return ok({ type: "wait", atMs, message: `Backoff for ${formatHumanDuration(delayMs)}` });
  }
  return ok({ type: "retry", ...(deadlineAtMs !== undefined && { deadlineAtMs }) });
}

/** The policy in force: with an expression and none given, the expression alone decides. */
function effectivePolicy(strategy: RetryStrategy): RetryPolicy {
  return strategy.retryPolicy || (strategy.expression ? "Always" : "OnFailure");
}

function policyAllows({ strategy, last, transientPattern }: RetryQuestion): Result<boolean> {
  const isError = last.phase === "Error";
  const policy = effectivePolicy(strategy);
  switch (policy) {
    case "Always":
      return ok(true);
    case "OnError":
      return ok(isError);
    case "OnFailure":
      return ok(!isError);
    case "OnTransientError":
      return ok(isTransientError(last.message ?? "", transientPattern));
    default:
      return fail(`${String(policy)} is not a valid RetryPolicy`);
  }
}
