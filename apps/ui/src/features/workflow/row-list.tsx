import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useMemo, useRef } from "react";
import { phaseClass, phaseSigns } from "../../ui/phase.tsx";
import { type FlatRow, flatRows } from "./flat-rows.ts";
import { type FocusRequest, useFocusRequest } from "./focus-request.ts";
import type { Graph, Vertex } from "./vertices.ts";

interface RowListProps {
  readonly graph: Graph;
  readonly label: string;
  readonly selectedId: string | undefined;
  readonly focusRequest: FocusRequest | undefined;
  readonly onSelect: (id: string | undefined) => void;
  readonly onToggle: (id: string, isExpanded: boolean) => void;
  /** What stands beside the name. */
  readonly children: (vertex: Vertex) => ReactNode;
}

/** The nodes as a tree of rows, operated by keys as trees are; only the rows in sight are drawn. */
export function RowList({ graph, label, selectedId, focusRequest, onSelect, onToggle, children }: RowListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => flatRows(graph), [graph]);
  const virtual = useVirtualizer({
    ...{ count: rows.length, estimateSize: () => 30, overscan: 20 },
    getScrollElement: () => scroller.current,
    getItemKey: (index) => rows[index]?.vertex.id ?? index,
  });
  const at = rows.findIndex(({ vertex }) => vertex.id === selectedId);
  const sought = focusRequest === undefined ? -1 : rows.findIndex(({ vertex }) => vertex.id === focusRequest.id);
  useFocusRequest(focusRequest, sought >= 0, () => virtual.scrollToIndex(sought, { align: "auto" }));
  const go = (index: number) => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, index))];
    if (row === undefined) return;
    onSelect(row.vertex.id);
    virtual.scrollToIndex(rows.indexOf(row), { align: "auto" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = keyMove(event.key, rows, at);
    if (move === undefined) return;
    event.preventDefault();
    if (typeof move === "number") go(move);
    else onToggle(move.id, move.expanded === true);
  };
  return (
    <div
      ref={scroller}
      className="row-list"
      role="tree"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={selectedId === undefined ? undefined : rowId(selectedId)}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          return (
            row !== undefined && (
              <Row
                key={item.key}
                row={row}
                top={item.start}
                isSelected={row.vertex.id === selectedId}
                onSelect={onSelect}
                onToggle={onToggle}
              >
                {children(row.vertex)}
              </Row>
            )
          );
        })}
      </div>
    </div>
  );
}

function rowId(vertexId: string): string {
  return `row-${vertexId}`;
}

function keyMove(key: string, rows: readonly FlatRow[], at: number): number | Vertex | undefined {
  const row = rows[at];
  const opens = row?.vertex.childCount !== undefined && row.vertex.kind !== "More";
  switch (key) {
    case "ArrowDown":
      return at + 1;
    case "ArrowUp":
      return at - 1;
    case "Home":
      return 0;
    case "End":
      return rows.length - 1;
    case "ArrowRight":
      return opens && row?.vertex.expanded !== true ? row?.vertex : at + 1;
    case "ArrowLeft": {
      if (opens && row?.vertex.expanded === true) return row.vertex;
      const above = rows.slice(0, at).findLastIndex(({ depth }) => depth < (row?.depth ?? 0));
      return above < 0 ? undefined : above;
    }
    case "Enter":
    case " ":
      return opens ? row?.vertex : undefined;
    default:
      return undefined;
  }
}

interface RowProps {
  readonly row: FlatRow;
  readonly top: number;
  readonly isSelected: boolean;
  readonly onSelect: (id: string) => void;
  readonly onToggle: (id: string, isExpanded: boolean) => void;
  readonly children: ReactNode;
}

function Row({ row, top, isSelected, onSelect, onToggle, children }: RowProps) {
  const { vertex, depth } = row;
  const opens = vertex.childCount !== undefined && vertex.kind !== "More";
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys.
    <div
      id={rowId(vertex.id)}
      role="treeitem"
      tabIndex={-1}
      aria-level={depth + 1}
      aria-selected={isSelected}
      aria-expanded={opens ? vertex.expanded === true : undefined}
      className={`tree-row ${phaseClass(vertex.phase)} ${isSelected ? "tree-row-selected" : ""}`}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onSelect(vertex.id)}
    >
      <span className="tree-name" style={{ paddingLeft: Math.min(depth, 12) * 16 }}>
        <button
          type="button"
          className="tree-fold"
          tabIndex={-1}
          aria-hidden="true"
          style={{ visibility: opens ? "visible" : "hidden" }}
          onClick={(event) => {
            event.stopPropagation();
            onToggle(vertex.id, vertex.expanded === true);
          }}
        >
          {vertex.expanded ? "▾" : "▸"}
        </button>
        <span className="phase" title={vertex.phase}>
          <span aria-hidden="true">{phaseSigns[vertex.phase]}</span>
          <span className="visually-hidden">{vertex.phase} </span>
        </span>
        <span className="tree-text">
          {vertex.name}
          {(vertex.kind === "Loop" || vertex.kind === "TaskGroup") && ` × ${(vertex.childCount ?? 0).toLocaleString()}`}
        </span>
      </span>
      {children}
    </div>
  );
}
