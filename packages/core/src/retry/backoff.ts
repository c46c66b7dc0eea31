import { goDurationMaxMs, parseDurationMs } from "../duration.ts";
import { fail, ok, type Result } from "../result.ts";
import type { IntOrString } from "../spec/arguments.ts";
import type { Backoff } from "../spec/template.ts";

export interface BackoffDelays {
  /** How long to wait before the next attempt, from the end of the last one. */
  readonly delayMs: number;
  /** No attempt may start or run later than this after the start of the first; undefined without limit. */
  readonly maxDurationMs: number | undefined;
}

/** The delay after `attempts` attempts: duration × factor^(attempts − 1), at most cap. There is no jitter. */
export function backoffDelays(backoff: Backoff, attempts: number): Result<BackoffDelays> {
  const maxDuration = optionalDuration(backoff.maxDuration);
  if (!maxDuration.ok) return maxDuration;
  if (!backoff.duration) return fail("no base duration specified for retryStrategy");
  const base = parseDurationMs(backoff.duration);
  if (!base.ok) return base;
  const factor = parseWholeNumber(backoff.factor);
  if (!factor.ok) return factor;
  const cap = optionalDuration(backoff.cap);
  if (!cap.ok) return cap;
  const power = factor.value !== undefined && factor.value > 0 ? factor.value ** (attempts - 1) : 1;
  // Beyond what a number can hold a power is infinite, and no duration times infinity would be none at all.
  const growth = Math.min(power, Number.MAX_VALUE);
  const delayMs = Math.min(base.value * growth, cap.value ?? goDurationMaxMs);
  return ok({ delayMs: Math.min(delayMs, goDurationMaxMs), maxDurationMs: maxDuration.value });
}

/** A number of Kubernetes' IntOrString; undefined when absent. */
export function parseWholeNumber(value: IntOrString | undefined): Result<number | undefined> {
  if (value === undefined || typeof value === "number") return ok(value);
  if (/^[+-]?\d+$/.test(value)) return ok(Number(value));
  return fail(`value '${value}' cannot be resolved to an int`);
}

function optionalDuration(text: string | undefined): Result<number | undefined> {
  return text ? parseDurationMs(text) : ok(undefined);
}
