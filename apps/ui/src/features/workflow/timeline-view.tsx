import { formatDuration, useNow } from "../../ui/time.tsx";
import { RowList } from "./row-list.tsx";
import type { Vertex } from "./vertices.ts";
import type { ViewProps } from "./views.ts";

/** When each node waited and ran, below each other on one axis of time. */
export function TimelineView({ nowMs, ...props }: ViewProps & { nowMs: number | undefined }) {
  const clock = useNow();
  const { head } = props.graph;
  const fromMs = head.startedAtMs ?? clock;
  const toMs = Math.max(fromMs + 1, head.finishedAtMs ?? nowMs ?? clock);
  return (
    <div className="timeline">
      <div className="timeline-axis" aria-hidden="true">
        <span className="timeline-legend muted">
          <span>
            <i className="bar-waiting" /> waiting
          </span>{" "}
          <span>
            <i className="bar-running" /> running
          </span>
        </span>
        <span className="timeline-ticks">
          {[0, 0.25, 0.5, 0.75, 1].map((part) => (
            <span key={part} style={{ left: `${part * 100}%` }}>
              {formatDuration((toMs - fromMs) * part)}
            </span>
          ))}
        </span>
      </div>
      <RowList {...props} label="Timeline of the workflow">
        {(vertex) => <Bar vertex={vertex} fromMs={fromMs} toMs={toMs} />}
      </RowList>
    </div>
  );
}

function Bar({ vertex, fromMs, toMs }: { vertex: Vertex; fromMs: number; toMs: number }) {
  const { startedAtMs, runStartedAtMs, finishedAtMs, kind, phase } = vertex;
  if (startedAtMs === undefined || phase === "Skipped" || phase === "Omitted")
    return <span className="timeline-lane" />;
  const share = (atMs: number) => `${(Math.min(1, Math.max(0, (atMs - fromMs) / (toMs - fromMs))) * 100).toFixed(3)}%`;
  const isTask = kind === "Pod";
  const endMs = finishedAtMs ?? toMs;
  const runMs = isTask ? (runStartedAtMs ?? endMs) : startedAtMs;
  const text = isTask
    ? `waited ${formatDuration(runMs - startedAtMs)}, ran ${formatDuration(endMs - runMs)}`
    : `took ${formatDuration(endMs - startedAtMs)}`;
  return (
    <span className="timeline-lane" title={text}>
      <span className="visually-hidden">{text}</span>
      {isTask && (
        <i className="bar-waiting" style={{ left: share(startedAtMs), right: `calc(100% - ${share(runMs)})` }} />
      )}
      <i
        className={vertex.childCount === undefined ? "bar-running" : "bar-container"}
        style={{ left: share(runMs), right: `calc(100% - ${share(endMs)})` }}
      />
    </span>
  );
}
