import type { components } from "@capstan/client";
import { useVirtualizer } from "@tanstack/react-virtual";
import Anser from "anser";
import { memo, useEffect, useMemo, useRef, useState } from "react";
import { apiUrl } from "../../api/client.ts";
import { useEvents } from "../../api/use-events.ts";
import { Button, Field } from "../../ui/controls.tsx";
import { Freshness } from "../../ui/states.tsx";

type LogLine = components["schemas"]["LogLines"]["lines"][number];

/** Lines asked for, and kept: a log may have millions, a page cannot. */
const linesKeptMax = 20_000;
const lineCharactersMax = 4_000;

/** The end of a log, live while it grows. All of it is a download away. */
export function LogView(props: { namespace: string; name: string; nodeId: string; isRunning: boolean }) {
  const { namespace, name, nodeId, isRunning } = props;
  const path = `api/v1/capstan/workflows/${[namespace, name, "nodes", nodeId].map(encodeURIComponent).join("/")}`;
  const [isEnded, setEnded] = useState(false);
  const { lines, append, clear } = useLines();
  // What the next connection says replaces what is shown; until then that stays.
  const beginsAnew = useRef(true);
  // A log that has ended is read once; the connection that follows it must not begin anew for ever.
  const url = apiUrl(`${path}/log`, { tail: linesKeptMax, ...(isRunning && { follow: "true" }) });
  const stream = useEvents<{ lines: readonly LogLine[] }>(isEnded ? undefined : url, (event) => {
    if (beginsAnew.current) clear();
    beginsAnew.current = false;
    append(event.lines);
  });
  useEffect(() => {
    if (stream.state === "lost" || stream.state === "connecting") beginsAnew.current = true;
    if (stream.state === "lost" && !isRunning) setEnded(true);
  }, [stream, isRunning]);
  const [text, setText] = useState("");
  const [wraps, setWraps] = useState(true);
  const [follows, setFollows] = useState(true);
  const shown = useMemo(() => {
    const wanted = text.toLowerCase();
    return wanted === "" ? lines : lines.filter((line) => line.text.toLowerCase().includes(wanted));
  }, [lines, text]);
  return (
    <div className="stack log">
      <div className="row">
        <Field label="Search in the log">
          <input className="input" type="search" value={text} onChange={(event) => setText(event.target.value)} />
        </Field>
        <Button aria-pressed={wraps} onClick={() => setWraps(!wraps)}>
          Wrap
        </Button>
        <Button aria-pressed={follows} onClick={() => setFollows(!follows)}>
          Follow
        </Button>
        <a className="button" href={apiUrl(`${path}/log.txt`)} download>
          Download
        </a>
        <span className="muted" role="status">
          {text === ""
            ? `${lines.length.toLocaleString()} lines`
            : `${shown.length.toLocaleString()} of ${lines.length.toLocaleString()} lines`}
          {lines.length >= linesKeptMax && ", the last of them"}
        </span>
      </div>
      {!isEnded && <Freshness stream={stream} />}
      <Lines lines={shown} wraps={wraps} follows={follows && text === ""} onScrollUp={() => setFollows(false)} />
    </div>
  );
}

/** The newest lines; what comes between two frames is taken in together. */
function useLines() {
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const waiting = useRef<LogLine[]>([]);
  const frame = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  const append = (more: readonly LogLine[]) => {
    waiting.current.push(...more);
    if (waiting.current.length > linesKeptMax) waiting.current = waiting.current.slice(-linesKeptMax);
    frame.current ||= requestAnimationFrame(() => {
      frame.current = 0;
      const fresh = waiting.current;
      waiting.current = [];
      setLines((known) => [...known, ...fresh].slice(-linesKeptMax));
    });
  };
  const clear = () => {
    waiting.current = [];
    setLines([]);
  };
  return { lines, append, clear };
}

function Lines(props: { lines: readonly LogLine[]; wraps: boolean; follows: boolean; onScrollUp: () => void }) {
  const { lines, wraps, follows, onScrollUp } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    ...{ count: lines.length, estimateSize: () => 20, overscan: 30 },
    getScrollElement: () => scroller.current,
  });
  useEffect(() => {
    if (follows && lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: "end" });
  }, [follows, lines, virtual]);
  return (
    <div
      ref={scroller}
      className="log-lines"
      role="log"
      aria-live="off"
      aria-label="Log"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keys.
      tabIndex={0}
      onWheel={(event) => event.deltaY < 0 && onScrollUp()}
    >
      <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((row) => {
          const line = lines[row.index];
          return (
            line !== undefined && (
              <div
                key={row.key}
                ref={virtual.measureElement}
                data-index={row.index}
                className={`log-line ${wraps ? "log-wraps" : ""} ${line.stream === "stderr" ? "log-stderr" : ""}`}
                style={{ transform: `translateY(${row.start}px)` }}
              >
                <AnsiText text={line.text} />
              </div>
            )
          );
        })}
      </div>
      {lines.length === 0 && <p className="muted log-empty">Nothing was written.</p>}
    </div>
  );
}

const ansiColours: { readonly [name: string]: string } = {
  "ansi-red": "var(--failed)",
  "ansi-green": "var(--succeeded)",
  "ansi-yellow": "var(--warning)",
  "ansi-blue": "var(--running)",
  "ansi-magenta": "var(--error)",
  "ansi-cyan": "var(--accent)",
};

/** A line with the colours that its escape codes ask for; all else of them is left out. */
const AnsiText = memo(function AnsiText({ text }: { text: string }) {
  const cut = text.slice(0, lineCharactersMax);
  const parts = cut.includes("\u001b") ? Anser.ansiToJson(cut, { use_classes: true, remove_empty: true }) : undefined;
  return (
    <>
      {parts === undefined
        ? cut
        : parts.map((part, index) => (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: parts of one line never move.
              key={index}
              style={{
                color: ansiColours[(part.fg ?? "").replace("bright-", "")],
                fontWeight: part.decorations.includes("bold") ? 650 : undefined,
              }}
            >
              {part.content}
            </span>
          ))}
      {text.length > cut.length && (
        <span className="muted"> … {(text.length - cut.length).toLocaleString()} characters more</span>
      )}
    </>
  );
});
