import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RetryStrategy } from "../spec/template.ts";
import { backoffDelays } from "./backoff.ts";
import { type RetryQuestion, retryDecision } from "./retry-decision.ts";
import { attemptVariables, type LastAttempt } from "./retry-variables.ts";

const failed: LastAttempt = {
  phase: "Failed",
  message: "Error (exit code 3)",
  exitCode: "3",
  startedAtMs: 0,
  finishedAtMs: 10_000,
};
const errored: LastAttempt = { ...failed, phase: "Error", message: "pod deleted" };

function decide(strategy: RetryStrategy, rest: Partial<RetryQuestion> = {}): unknown {
  const decision = retryDecision({
    strategy,
    attempts: 1,
    last: failed,
    firstStartedAtMs: 0,
    nowMs: 10_000,
    ...rest,
  });
  return decision.ok ? decision.value : decision.error;
}

const retry = { type: "retry" };
const stop = (message: string, phase = "Failed") => ({ type: "stop", phase, message });

describe("limit", () => {
  test.each<{ limit: RetryStrategy["limit"] & {}; attempts: number; decision: unknown }>([
    { limit: 2, attempts: 1, decision: retry },
    { limit: "2", attempts: 2, decision: retry },
    { limit: 2, attempts: 3, decision: stop("No more retries left") },
    { limit: 0, attempts: 1, decision: stop("No more retries left") },
    { limit: "x", attempts: 1, decision: "value 'x' cannot be resolved to an int" },
  ])("limit $limit after $attempts attempts", ({ limit, attempts, decision }) => {
    expect(decide({ limit }, { attempts })).toEqual(decision);
  });

  test("without a limit there is always another attempt", () => {
    expect(decide({}, { attempts: 1_000 })).toEqual(retry);
  });
});

describe("policy", () => {
  const transient: LastAttempt = { ...errored, message: "dial tcp 10.0.0.1:443: i/o timeout" };
  test.each<{ strategy: RetryStrategy; last: LastAttempt; retries: boolean }>([
    { strategy: {}, last: failed, retries: true },
    { strategy: {}, last: errored, retries: false },
    { strategy: { retryPolicy: "OnFailure" }, last: errored, retries: false },
    { strategy: { retryPolicy: "OnError" }, last: errored, retries: true },
    { strategy: { retryPolicy: "OnError" }, last: failed, retries: false },
    { strategy: { retryPolicy: "Always" }, last: failed, retries: true },
    { strategy: { retryPolicy: "Always" }, last: errored, retries: true },
    { strategy: { retryPolicy: "OnTransientError" }, last: errored, retries: false },
    { strategy: { retryPolicy: "OnTransientError" }, last: transient, retries: true },
    { strategy: { expression: "true" }, last: errored, retries: true }, // An expression alone decides.
    { strategy: { expression: "true", retryPolicy: "OnFailure" }, last: errored, retries: false },
  ])("$strategy after $last.phase '$last.message'", ({ strategy, last, retries }) => {
    expect(decide(strategy, { last })).toEqual(retries ? retry : stop(last.message ?? "", last.phase));
  });

  test("an operator's pattern adds to what is transient", () => {
    const strategy: RetryStrategy = { retryPolicy: "OnTransientError" };
    expect(decide(strategy, { last: errored, transientPattern: /pod deleted/ })).toEqual(retry);
  });

  test("a policy that Argo does not know is an error", () => {
    const strategy: RetryStrategy = JSON.parse('{"retryPolicy": "Sometimes"}');
    expect(decide(strategy)).toBe("Sometimes is not a valid RetryPolicy");
  });
});

describe("expression", () => {
  const no = stop("retryStrategy.expression evaluated to false");
  test.each([
    { expression: "asInt(lastRetry.exitCode) == 3", decision: retry },
    { expression: "lastRetry.exitCode == '1'", decision: no },
    { expression: "lastRetry.status == 'Failed' && asFloat(lastRetry.duration) == 10", decision: retry },
    { expression: "lastRetry.message contains 'exit code'", decision: retry },
    { expression: "asInt(retries) < 0", decision: no },
    { expression: "retries", decision: "unable to cast expression result '0' to bool" },
  ])("$expression", ({ expression, decision }) => {
    expect(decide({ expression })).toEqual(decision);
  });

  test.each([
    { startedAtMs: 1_000, finishedAtMs: 1_350, seconds: 0 },
    { startedAtMs: 1_999, finishedAtMs: 3_000, seconds: 2 },
    { startedAtMs: 1_000, finishedAtMs: 61_700, seconds: 60 },
  ])("a duration is whole seconds, from $startedAtMs to $finishedAtMs", ({ seconds, ...times }) => {
    const expression = `asInt(lastRetry.duration) == ${seconds}`;
    expect(decide({ expression }, { last: { ...failed, ...times } })).toEqual(retry);
  });

  test("an exit code that is not known is -1", () => {
    const { exitCode: _exitCode, ...last } = failed;
    expect(decide({ expression: "lastRetry.exitCode == '-1'" }, { last })).toEqual(retry);
  });
});

describe("backoff", () => {
  const backoff = { duration: "5", factor: 2 };
  test.each<{ title: string; strategy: RetryStrategy; rest: Partial<RetryQuestion>; decision: unknown }>([
    {
      title: "waits from the end of the last attempt",
      strategy: { limit: 3, backoff },
      rest: { nowMs: 11_000 },
      decision: { type: "wait", atMs: 15_000, message: "Backoff for 5 seconds" },
    },
    {
      title: "goes on when the time has come",
      strategy: { limit: 3, backoff },
      rest: { nowMs: 15_000 },
      decision: retry,
    },
    {
      title: "grows by the factor",
      strategy: { limit: 3, backoff },
      rest: { attempts: 3 },
      decision: { type: "wait", atMs: 30_000, message: "Backoff for 20 seconds" },
    },
    {
      title: "stays below the cap",
      strategy: { limit: 3, backoff: { ...backoff, cap: "8s" } },
      rest: { attempts: 3 },
      decision: { type: "wait", atMs: 18_000, message: "Backoff for 8 seconds" },
    },
    {
      title: "does not wait for an attempt that will not be",
      strategy: { limit: 3, backoff },
      rest: { attempts: 4 },
      decision: stop("No more retries left"),
    },
    { title: "does not wait without a limit", strategy: { backoff }, rest: {}, decision: retry },
    {
      title: "ends after maxDuration",
      strategy: { limit: 3, backoff: { ...backoff, maxDuration: "12s" } },
      rest: { nowMs: 12_001 },
      decision: stop("Max duration limit exceeded"),
    },
    {
      title: "does not begin what maxDuration would end",
      strategy: { limit: 3, backoff: { ...backoff, maxDuration: "12s" } },
      rest: {},
      decision: stop("Backoff would exceed max duration limit"),
    },
    {
      title: "hands maxDuration on to the attempt",
      strategy: { limit: 3, backoff: { ...backoff, maxDuration: "1m" } },
      rest: { nowMs: 15_000 },
      decision: { type: "retry", deadlineAtMs: 60_000 },
    },
    {
      title: "needs a duration",
      strategy: { backoff: { factor: 2 } },
      rest: {},
      decision: "no base duration specified for retryStrategy",
    },
    {
      title: "refuses a factor that is no number",
      strategy: { backoff: { duration: "1", factor: "x" } },
      rest: {},
      decision: "value 'x' cannot be resolved to an int",
    },
    {
      title: "refuses a cap that is no duration",
      strategy: { backoff: { duration: "1", cap: "x" } },
      rest: {},
      decision: 'unable to parse x as a duration: time: invalid duration "x"',
    },
    {
      title: "refuses a maxDuration that is no duration",
      strategy: { backoff: { duration: "1", maxDuration: "x" } },
      rest: {},
      decision: 'unable to parse x as a duration: time: invalid duration "x"',
    },
    {
      title: "is constant without a factor",
      strategy: { limit: 9, backoff: { duration: "5" } },
      rest: { attempts: 4 },
      decision: { type: "wait", atMs: 15_000, message: "Backoff for 5 seconds" },
    },
    {
      title: "refuses what is no duration",
      strategy: { backoff: { duration: "soon" } },
      rest: {},
      decision: 'unable to parse soon as a duration: time: invalid duration "soon"',
    },
  ])("$title", ({ strategy, rest, decision }) => {
    expect(decide(strategy, rest)).toEqual(decision);
  });

  test("delays never shrink, and never exceed the cap or what Go can hold", () => {
    const duration = fc.integer({ min: 0, max: 10_000 });
    const noDuration = backoffDelays({ duration: "0", factor: 10 }, 1_000);
    expect(noDuration.ok && noDuration.value.delayMs).toBe(0);
    fc.assert(
      fc.property(
        duration,
        fc.integer({ min: 1, max: 50 }),
        duration,
        fc.integer({ min: 1, max: 500 }),
        (base, factor, cap, attempts) => {
          const delay = (after: number): number => {
            const delays = backoffDelays({ duration: `${base}s`, factor, cap: `${cap}s` }, after);
            return delays.ok ? delays.value.delayMs : Number.NaN;
          };
          expect(delay(attempts + 1)).toBeGreaterThanOrEqual(delay(attempts));
          expect(delay(attempts)).toBeLessThanOrEqual(cap * 1_000);
          const uncapped = backoffDelays({ duration: `${base}s`, factor: String(factor) }, attempts);
          expect(uncapped.ok && Number.isFinite(uncapped.value.delayMs)).toBe(true);
        },
      ),
    );
  });
});

test("the first attempt sees a last one that never was", () => {
  expect(Object.fromEntries(attemptVariables(0, undefined))).toEqual({
    retries: "0",
    "lastRetry.exitCode": "0",
    "lastRetry.status": "",
    "lastRetry.duration": "0",
    "lastRetry.message": "",
  });
  expect(Object.fromEntries(attemptVariables(1, failed))).toEqual({
    retries: "1",
    "lastRetry.exitCode": "3",
    "lastRetry.status": "Failed",
    "lastRetry.duration": "10",
    "lastRetry.message": "Error (exit code 3)",
  });
});
