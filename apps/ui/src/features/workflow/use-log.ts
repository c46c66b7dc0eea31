import type { StreamState } from "@capstan/client";
import { useCallback, useEffect, useRef, useState } from "react";
import { useEvents } from "../../api/use-events.ts";
import { type KeptLines, type LogLine, linesKeptMax, noLines, withMore } from "./kept-lines.ts";

export interface Log {
  readonly kept: KeptLines;
  /** All that there is has come. */
  readonly isWhole: boolean;
  readonly stream: StreamState;
}

/** The end of a log from its stream; one that is not followed is read once. */
export function useLog(url: string, isFollowed: boolean): Log {
  const [isWhole, setWhole] = useState(false);
  const { kept, append, clear } = useKeptLines();
  // What the next connection says replaces what is shown; until then that stays.
  const beginsAnew = useRef(true);
  // The connection that follows the end of a log must not begin anew for ever.
  const stream = useEvents<{ lines: readonly LogLine[] }>(isWhole ? undefined : url, (event) => {
    if (beginsAnew.current) clear();
    beginsAnew.current = false;
    append(event.lines);
  });
  useEffect(() => {
    if (stream.state === "lost" || stream.state === "connecting") beginsAnew.current = true;
    if (stream.state === "lost" && !isFollowed) setWhole(true);
  }, [stream, isFollowed]);
  return { kept, isWhole, stream };
}

/** The newest lines; what comes between two frames is taken in together. */
function useKeptLines() {
  const [kept, setKept] = useState(noLines);
  const waiting = useRef<LogLine[]>([]);
  const frame = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  const flush = useCallback(() => {
    cancelAnimationFrame(frame.current);
    frame.current = 0;
    const fresh = waiting.current;
    waiting.current = [];
    setKept((known) => withMore(known, fresh));
  }, []);
  const append = (more: readonly LogLine[]) => {
    waiting.current.push(...more);
    frame.current ||= requestAnimationFrame(flush);
    if (waiting.current.length > linesKeptMax) flush();
  };
  const clear = () => {
    waiting.current = [];
    setKept(noLines);
  };
  return { kept, append, clear };
}
