import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let nowMs = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const one of listeners) one();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Now, once a second, the same for everything on the page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => nowMs);
}

/** 340 ms, 1.2 s, 3 m 20 s, 2 h 5 m, 3 d 4 h. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, Math.round(durationMs));
  if (ms < 1_000) return `${ms} ms`;
  const seconds = ms / 1_000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${minutes % 60} m`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** How long something took, or has taken so far. */
export function Duration({ fromMs, toMs }: { fromMs: number | undefined; toMs: number | undefined }) {
  const now = useNow();
  if (fromMs === undefined) return <span className="muted">—</span>;
  return <span className="nowrap">{formatDuration((toMs ?? Math.max(now, fromMs)) - fromMs)}</span>;
}

/** A moment, as the time that has passed since; its title is the time itself. */
export function Ago({ atMs }: { atMs: number | undefined }) {
  const now = useNow();
  if (atMs === undefined) return <span className="muted">—</span>;
  const date = new Date(atMs);
  return (
    <time dateTime={date.toISOString()} title={date.toLocaleString()} className="nowrap">
      {now - atMs < 5_000 ? "now" : `${agoText(now - atMs)} ago`}
    </time>
  );
}

/** A moment to the millisecond; with its day where that is not today. */
export function Moment({ atMs }: { atMs: number }) {
  const date = new Date(atMs);
  const isToday = date.toDateString() === new Date(useNow()).toDateString();
  return (
    <time dateTime={date.toISOString()} title={date.toLocaleString()} className="nowrap">
      {!isToday && `${date.toLocaleDateString(undefined, { month: "short", day: "numeric" })} `}
      {date.toLocaleTimeString(undefined, timeOfDay)}
    </time>
  );
}

const timeOfDay: Intl.DateTimeFormatOptions = {
  ...({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const),
  fractionalSecondDigits: 3,
};

function agoText(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}
