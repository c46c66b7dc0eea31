import { useMemo, useState } from "react";
import { GraphCanvas } from "../workflow/graph-canvas.tsx";
import { type Graph, type Vertex, withEvent } from "../workflow/vertices.ts";
import type { Preview } from "./use-preview.ts";
import "../workflow/workflow.css";

type Snapshot = NonNullable<Preview["graph"]>;

/** What would run, before it does. */
export function PreviewGraph({ snapshot }: { snapshot: Snapshot }) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [selectedId, select] = useState<string>();
  const graph = useShownGraph(snapshot, closed);
  const selected = graph?.byId.get(selectedId ?? "");
  if (graph === undefined) return null;
  const toggle = (id: string, isExpanded: boolean) =>
    setClosed((before) => {
      const next = new Set(before);
      if (isExpanded) next.add(id);
      else next.delete(id);
      return next;
    });
  return (
    <section className="stack" aria-label="What would run">
      <GraphCanvas
        {...{ graph, selectedId, onSelect: select, onToggle: toggle }}
        {...{ showsCriticalPath: false, nowMs: undefined, focusRequest: undefined }}
      />
      <p className="muted" role="status">
        {selected === undefined ? "Nothing has run yet: this is what would." : describe(selected)}
      </p>
    </section>
  );
}

function describe({ name, kind, templateName, message }: Vertex): string {
  const template = templateName === undefined ? "" : `, template ${templateName}`;
  return `${name}: ${kind}${template}${message === undefined ? "" : `, ${message}`}`;
}

/** The graph without what is in closed containers. */
function useShownGraph(snapshot: Snapshot, closed: ReadonlySet<string>): Graph | undefined {
  return useMemo(() => {
    const hidden = new Set<string>();
    const vertices = snapshot.vertices.flatMap((vertex): Vertex[] => {
      const isInside = vertex.container !== undefined && (hidden.has(vertex.container) || closed.has(vertex.container));
      if (isInside) {
        hidden.add(vertex.id);
        return [];
      }
      return [closed.has(vertex.id) ? { ...vertex, expanded: false } : vertex];
    });
    return withEvent(undefined, { ...snapshot, vertices });
  }, [snapshot, closed]);
}
