import type { WorkflowView } from "./workflow-view.ts";

/** The moments at which something changed, ascending, at most `most`: where a replay stops. */
export function momentsOf(view: WorkflowView, most: number): readonly number[] {
  const moments = new Set<number>();
  for (const { startedAtMs, runStartedAtMs, finishedAtMs } of view.nodes())
    for (const atMs of [startedAtMs, runStartedAtMs, finishedAtMs]) if (atMs !== undefined) moments.add(atMs);
  const sorted = [...moments].sort((left, right) => left - right);
  if (sorted.length <= most) return sorted;
  return Array.from(
    { length: most },
    (_, index) => sorted[Math.round((index * (sorted.length - 1)) / (most - 1))] ?? 0,
  );
}
