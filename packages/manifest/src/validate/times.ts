import type { RetryStrategy, Template } from "@capstan/core";
import { error, type Problem } from "../problem.ts";
import type { Path } from "../text/path.ts";
import { isLeaf, templateType } from "./template-type.ts";

const duration =
  /^[+-]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))*$|^[+-]?0$/;

/** Whether a text is a duration of Go's, as `1h30m`. */
function isDuration(text: string): boolean {
  return duration.test(text);
}

function isDurationOrSeconds(text: string): boolean {
  return isDuration(text) || /^\d+$/.test(text) || text.includes("{{");
}

/** Checks timeouts: only templates that do work have them, and they are durations with a unit. */
export function checkTimes(template: Template, path: Path): Problem[] {
  const problems: Problem[] = [];
  for (const field of ["timeout", "pendingTimeout"] as const) {
    const value = template[field];
    if (value === undefined || value === "") continue;
    if (!isLeaf(template)) {
      const message = `A ${templateType(template)} template has no ${field}: set it on the templates that it calls.`;
      problems.push(error("NOT_ALLOWED", [...path, field], message));
    } else if (!value.includes("{{") && !isDuration(value)) {
      problems.push(
        error("INVALID_VALUE", [...path, field], `${JSON.stringify(value)} is no duration: write 30s, 5m or 1h30m.`),
      );
    }
  }
  const pause = template.suspend?.duration;
  if (pause !== undefined && pause !== "" && !isDurationOrSeconds(pause)) {
    const message = `${JSON.stringify(pause)} is no duration: write a number of seconds, or 30s, 5m or 1h30m.`;
    problems.push(error("INVALID_VALUE", [...path, "suspend", "duration"], message));
  }
  return problems;
}

const policies = ["Always", "OnFailure", "OnError", "OnTransientError"];

/** Checks a retry strategy: its policy, its limit and its waiting times. */
export function checkRetryStrategy(strategy: RetryStrategy | undefined, path: Path): Problem[] {
  if (strategy === undefined) return [];
  const problems: Problem[] = [];
  const policy: string | undefined = strategy.retryPolicy;
  if (policy !== undefined && policy !== "" && !policies.includes(policy)) {
    const message = `${JSON.stringify(policy)} is no retry policy: use one of ${policies.join(", ")}.`;
    problems.push(error("INVALID_VALUE", [...path, "retryPolicy"], message));
  }
  const { limit, backoff } = strategy;
  if (limit !== undefined && !/^[+-]?\d+$/.test(String(limit)) && !String(limit).includes("{{")) {
    problems.push(
      error(
        "INVALID_VALUE",
        [...path, "limit"],
        `The limit must be a whole number or a tag, not ${JSON.stringify(limit)}.`,
      ),
    );
  }
  for (const field of ["duration", "maxDuration", "cap"] as const) {
    const value = backoff?.[field];
    if (value === undefined || value === "" || isDurationOrSeconds(value)) continue;
    const message = `${JSON.stringify(value)} is no duration: write a number of seconds, or 30s, 5m or 1h30m.`;
    problems.push(error("INVALID_VALUE", [...path, "backoff", field], message));
  }
  return problems;
}
