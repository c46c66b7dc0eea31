/** Minutes over which a rate is taken: short enough to be of now, long enough not to jump. */
export const rateMinutes = 5;

const minuteMs = 60_000;

/** The minutes, since 1970, that a rate at this moment is made of; the last of them has only begun. */
export function minutesOfRate(nowMs: number): readonly number[] {
  const last = Math.floor(nowMs / minuteMs);
  return Array.from({ length: rateMinutes }, (_, index) => last - rateMinutes + 1 + index);
}

/** How many a minute, of counts by minute since 1970. */
export function ratePerMinute(counts: ReadonlyMap<number, number>, nowMs: number): number {
  const minutes = minutesOfRate(nowMs);
  const sum = minutes.reduce((total, minute) => total + (counts.get(minute) ?? 0), 0);
  return sum / (rateMinutes - 1 + (nowMs % minuteMs) / minuteMs);
}
