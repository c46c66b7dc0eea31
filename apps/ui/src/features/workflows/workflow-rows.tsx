import { Link } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { memo, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { PhaseBadge } from "../../ui/phase.tsx";
import { Ago, Duration } from "../../ui/time.tsx";
import type { Summary } from "./filters.ts";

interface RowsProps {
  readonly items: readonly Summary[];
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (chosen: ReadonlySet<string>) => void;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly onMore: () => void;
}

const rowHeight = 44;

/** The rows that can be seen, of however many there are; more are asked for when the end comes near. */
export function WorkflowRows({ items, chosen, onChoose, hasMore, isLoadingMore, onMore }: RowsProps) {
  const list = useRef<HTMLDivElement>(null);
  const offset = useOffset(list, chosen.size > 0);
  const virtual = useWindowVirtualizer({
    ...{ count: items.length, estimateSize: () => rowHeight, overscan: 12, scrollMargin: offset },
    getItemKey: (index) => items[index]?.uid ?? index,
  });
  const rows = virtual.getVirtualItems();
  const lastShown = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !isLoadingMore && lastShown >= items.length - 60) onMore();
  }, [hasMore, isLoadingMore, lastShown, items.length, onMore]);
  const latest = useRef({ chosen, onChoose });
  latest.current = { chosen, onChoose };
  const toggle = useCallback((uid: string) => {
    const next = new Set(latest.current.chosen);
    if (!next.delete(uid)) next.add(uid);
    latest.current.onChoose(next);
  }, []);
  const areAllChosen = items.every(({ uid }) => chosen.has(uid));
  return (
    <div
      className="card workflow-table"
      role="table"
      aria-label="Workflows"
      aria-rowcount={hasMore ? -1 : items.length + 1}
    >
      <div role="row" aria-rowindex={1} className="workflow-row workflow-head">
        <span role="columnheader">
          <input
            type="checkbox"
            aria-label={`Choose all ${items.length} that are loaded`}
            checked={areAllChosen}
            onChange={() => onChoose(areAllChosen ? new Set() : new Set(items.map(({ uid }) => uid)))}
          />
        </span>
        <span role="columnheader">Phase</span>
        <span role="columnheader">Name</span>
        <span role="columnheader">Progress</span>
        <span role="columnheader">Duration</span>
        <span role="columnheader">Submitted</span>
        <span role="columnheader">Message</span>
      </div>
      <div ref={list} role="rowgroup" className="workflow-rows" style={{ height: virtual.getTotalSize() }}>
        {rows.map((row) => {
          const item = items[row.index];
          return (
            item !== undefined && (
              <div
                key={row.key}
                ref={virtual.measureElement}
                data-index={row.index}
                role="row"
                aria-rowindex={row.index + 2}
                className="workflow-row"
                style={{ transform: `translateY(${row.start - offset}px)` }}
              >
                <WorkflowCells item={item} isChosen={chosen.has(item.uid)} onToggle={toggle} />
              </div>
            )
          );
        })}
      </div>
      {isLoadingMore && (
        <p className="muted workflow-more" role="status">
          Loading more …
        </p>
      )}
    </div>
  );
}

/** How far down the page the list begins; looked up when that may have changed, since asking makes the browser lay out. */
function useOffset(list: { readonly current: HTMLElement | null }, hasBar: boolean): number {
  const [offset, setOffset] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the bar above moves the list.
  useLayoutEffect(() => {
    const look = () => setOffset(list.current?.offsetTop ?? 0);
    look();
    const resized = new ResizeObserver(look);
    resized.observe(document.body);
    return () => resized.disconnect();
  }, [list, hasBar]);
  return offset;
}

interface CellsProps {
  readonly item: Summary;
  readonly isChosen: boolean;
  readonly onToggle: (uid: string) => void;
}

/** Drawn again only when its workflow changes, not at every scroll. */
const WorkflowCells = memo(function WorkflowCells({ item, isChosen, onToggle }: CellsProps) {
  return (
    <>
      <span role="cell">
        <input
          type="checkbox"
          aria-label={`Choose ${item.name}`}
          checked={isChosen}
          onChange={() => onToggle(item.uid)}
        />
      </span>
      <span role="cell">
        <PhaseBadge phase={item.phase} />
        {item.suspended && <span className="chip">suspended</span>}
      </span>
      <span role="cell" className="cell-name">
        <Link to="/workflows/$namespace/$name" params={{ namespace: item.namespace, name: item.name }}>
          {item.name}
        </Link>
        <span className="muted cell-namespace">{item.namespace}</span>
      </span>
      <span role="cell">
        <ProgressBar progress={item.progress} />
      </span>
      <span role="cell">
        <Duration fromMs={item.startedAtMs ?? item.submittedAtMs} toMs={item.finishedAtMs} />
      </span>
      <span role="cell">
        <Ago atMs={item.submittedAtMs} />
      </span>
      <span role="cell" className="cell-message muted" title={item.cause ?? item.message}>
        <bdi>{item.cause ?? item.message}</bdi>
      </span>
    </>
  );
});

function ProgressBar({ progress }: { progress: string }) {
  const [done = 0, total = 0] = progress.split("/").map(Number);
  return (
    <span className="progress" title={`${done} of ${total} done`}>
      <progress value={done} max={Math.max(1, total)} aria-label={`${done} of ${total} done`} />
      <span>
        {done.toLocaleString()}/{total.toLocaleString()}
      </span>
    </span>
  );
}
