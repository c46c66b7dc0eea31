import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { AnsiText } from "../../ui/ansi-text.tsx";
import type { LogLine } from "./kept-lines.ts";

interface LogLinesProps {
  readonly lines: readonly LogLine[];
  readonly wraps: boolean;
  /** The last line stays in sight. */
  readonly follows: boolean;
  readonly whenEmpty: string;
  readonly onScrollUp: () => void;
}

/** Lines of a log, of which only those in sight are drawn. */
export function LogLines({ lines, wraps, follows, whenEmpty, onScrollUp }: LogLinesProps) {
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
      {lines.length === 0 && <p className="muted log-empty">{whenEmpty}</p>}
    </div>
  );
}
