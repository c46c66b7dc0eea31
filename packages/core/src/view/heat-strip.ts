import { isFailedOrError } from "../graph/phases.ts";
import type { NodePhase } from "../status.ts";

/** One letter a phase. */
const letters: { readonly [P in NodePhase]: string } = {
  Pending: "p",
  Running: "r",
  Succeeded: "s",
  Skipped: "k",
  Failed: "f",
  Error: "e",
  Omitted: "o",
};

/**
 * The phases of many in a row of at most `buckets` letters (p r s k f e o). A bucket shows what most of it is in, as a capital when
 * failures are among the others: one in thousands still shows, and does not paint the rest.
 */
export function heatStrip(phases: readonly NodePhase[], buckets: number): string {
  const width = Math.min(buckets, phases.length);
  let strip = "";
  for (let bucket = 0; bucket < width; bucket++) {
    const from = Math.floor((bucket * phases.length) / width);
    const to = Math.floor(((bucket + 1) * phases.length) / width);
    strip += letterOf(phases, from, to);
  }
  return strip;
}

function letterOf(phases: readonly NodePhase[], from: number, to: number): string {
  const counts = new Map<NodePhase, number>();
  for (let index = from; index < to; index++) {
    const phase = phases[index];
    if (phase !== undefined) counts.set(phase, (counts.get(phase) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, left], [, right]) => right - left)[0] ?? ["Omitted" as const];
  const hidesFailures = !isFailedOrError(most) && (counts.has("Failed") || counts.has("Error"));
  return hidesFailures ? letters[most].toUpperCase() : letters[most];
}
