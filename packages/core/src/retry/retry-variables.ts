import type { Variables } from "@capstan/expressions";
import type { NodePhase } from "../status.ts";
import { noVariables, VariableLayers } from "../template/variable-layers.ts";

/** The last attempt, which has ended badly. */
export interface LastAttempt {
  readonly phase: NodePhase;
  readonly message?: string | undefined;
  readonly exitCode?: string | undefined;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly daemoned?: boolean | undefined;
}

/** `retries` and `lastRetry.*` as a strategy's expression sees them after the last attempt. */
export function retryVariables(
  ended: { readonly attempts: number; readonly last: LastAttempt },
  others: Variables = noVariables,
): Variables {
  const own = new Map([["retries", String(ended.attempts - 1)], ...lastRetry(ended.last, "-1")]);
  return new VariableLayers(own, others);
}

/** `retries` and `lastRetry.*` as the template of the next attempt sees them; `last` is absent before the first. */
export function attemptVariables(attempt: number, last: LastAttempt | undefined): ReadonlyMap<string, string> {
  if (last !== undefined) return new Map([["retries", String(attempt)], ...lastRetry(last, "0")]);
  return new Map([
    ["retries", String(attempt)],
    ["lastRetry.exitCode", "0"],
    ["lastRetry.status", ""],
    ["lastRetry.duration", "0"],
    ["lastRetry.message", ""],
  ]);
}

function lastRetry(last: LastAttempt, exitCodeUnknown: string): readonly (readonly [string, string])[] {
  return [
    ["lastRetry.exitCode", last.exitCode ?? exitCodeUnknown],
    ["lastRetry.status", last.phase],
    ["lastRetry.duration", String(wholeSeconds(last.finishedAtMs) - wholeSeconds(last.startedAtMs))],
    ["lastRetry.message", last.message ?? ""],
  ];
}

// Argo's times are whole seconds, so that `asInt(lastRetry.duration)`, which refuses fractions, is what its users write.
function wholeSeconds(timeMs: number): number {
  return (timeMs - (timeMs % 1_000)) / 1_000;
}
