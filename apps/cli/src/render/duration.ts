/** A time span in at most two units: "340ms", "4.2s", "1m 20s", "3h 5m", "2d 1h". */
export function formatSpan(spanMs: number): string {
  if (spanMs === 0) return "0s";
  if (spanMs < 1_000) return `${Math.max(0, Math.round(spanMs))}ms`;
  if (spanMs < 10_000) return `${(Math.floor(spanMs / 100) / 10).toFixed(1).replace(".0", "")}s`;
  const seconds = Math.floor(spanMs / 1_000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${seconds % 60}s`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours}h ${minutes % 60}m` : `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

/** How long something took or takes; empty when it has not begun. */
export function spanOf(startedAtMs: number | undefined, finishedAtMs: number | undefined, nowMs: number): string {
  return startedAtMs === undefined ? "" : formatSpan((finishedAtMs ?? nowMs) - startedAtMs);
}

/** The age of something in its largest unit, as kubectl shows it: "5s", "3m", "7h", "2d". */
export function formatAge(spanMs: number): string {
  const seconds = Math.max(0, Math.floor(spanMs / 1_000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
