import { numberAt, objectAt, type PodEvent, textAt } from "@capstan/core";

/** A core/v1 Event, of whichever generation: newer parts of Kubernetes count in `series` and say when in `eventTime`. */
export function toPodEvent(event: unknown): PodEvent {
  const series = objectAt(event, "series");
  const firstAtMs = timeAt(event, "firstTimestamp") ?? timeAt(event, "eventTime");
  const lastAtMs = timeAt(series, "lastObservedTime") ?? timeAt(event, "lastTimestamp") ?? firstAtMs;
  const source = textAt(objectAt(event, "source"), "component") || textAt(event, "reportingComponent");
  return {
    type: textAt(event, "type") ?? "Normal",
    reason: textAt(event, "reason") ?? "",
    message: textAt(event, "message") ?? "",
    count: numberAt(series, "count") ?? numberAt(event, "count") ?? 1,
    ...(firstAtMs !== undefined && { firstAtMs }),
    ...(lastAtMs !== undefined && { lastAtMs }),
    ...(source && { source }),
  };
}

function timeAt(value: unknown, key: string): number | undefined {
  const atMs = Date.parse(textAt(value, key) ?? "");
  return Number.isNaN(atMs) ? undefined : atMs;
}
