import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { answerOf, api } from "../../api/client.ts";
import { Button } from "../../ui/controls.tsx";
import { Failure } from "../../ui/states.tsx";
import { formatDuration } from "../../ui/time.tsx";

interface ReplayBarProps {
  readonly namespace: string;
  readonly name: string;
  readonly atMs: number;
  readonly onMove: (atMs: number) => void;
  readonly onEnd: () => void;
}

const stepMs = 400;

/** Goes through a workflow's moments: by hand, a step at a time, or by itself. */
export function ReplayBar({ namespace, name, atMs, onMove, onEnd }: ReplayBarProps) {
  const [isPlaying, setPlaying] = useState(false);
  const found = useQuery({
    queryKey: ["moments", namespace, name],
    queryFn: () =>
      answerOf(
        api.GET("/api/v1/capstan/workflows/{namespace}/{name}/moments", { params: { path: { namespace, name } } }),
      ),
  });
  const moments = found.data?.moments ?? [];
  const next = moments.findIndex((moment) => moment > atMs);
  const at = next < 0 ? moments.length - 1 : Math.max(0, next - 1);
  const go = (index: number) => {
    const moment = moments[Math.min(moments.length - 1, Math.max(0, index))];
    if (moment !== undefined) onMove(moment);
  };
  useEffect(() => {
    if (!isPlaying) return;
    const timer = setTimeout(() => (at >= moments.length - 1 ? setPlaying(false) : go(at + 1)), stepMs);
    return () => clearTimeout(timer);
  });
  const first = moments[0] ?? atMs;
  return (
    <section className="notice replay" aria-label="Replay">
      <Button onClick={() => setPlaying(!isPlaying)} disabled={moments.length === 0}>
        {isPlaying ? "Pause" : "Play"}
      </Button>
      <Button aria-label="One moment back" onClick={() => go(at - 1)} disabled={at <= 0}>
        ‹
      </Button>
      <Button aria-label="One moment on" onClick={() => go(at + 1)} disabled={at >= moments.length - 1}>
        ›
      </Button>
      <input
        type="range"
        aria-label="Moment"
        aria-valuetext={`${formatDuration(atMs - first)} after the start`}
        min={0}
        max={Math.max(0, moments.length - 1)}
        value={at}
        onChange={(event) => go(Number(event.target.value))}
      />
      <span className="nowrap">
        {formatDuration(atMs - first)} <span className="muted">({new Date(atMs).toLocaleTimeString()})</span>
      </span>
      <Button look="primary" className="spread" onClick={onEnd}>
        Back to now
      </Button>
      <p className="muted replay-note">
        Replayed from the times at which each node began, ran and ended; its message and progress are told from its end
        on.
      </p>
      {found.isError && <Failure error={found.error} />}
    </section>
  );
}
