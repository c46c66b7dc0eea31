import { formatDuration, useNow } from "../../ui/time.tsx";

/** A moment to come, as the time until then. */
export function Until({ atMs }: { atMs: number | undefined }) {
  const now = useNow();
  if (atMs === undefined) return <span className="muted">—</span>;
  const date = new Date(atMs);
  return (
    <time dateTime={date.toISOString()} title={date.toLocaleString()} className="nowrap">
      {atMs <= now ? "now" : `in ${formatDuration(Math.ceil((atMs - now) / 1_000) * 1_000)}`}
    </time>
  );
}
