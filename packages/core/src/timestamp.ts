/** RFC 3339 in UTC with whole seconds, as Kubernetes writes times. */
export function formatTimestamp(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

/** Unix ms of an RFC 3339 time; undefined when the text is none. */
export function parseTimestamp(text: string): number | undefined {
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : atMs;
}
