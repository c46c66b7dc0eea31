import { Duration } from "../../ui/time.tsx";
import { countsText } from "./draw-graph.ts";
import { RowList } from "./row-list.tsx";
import type { ViewProps } from "./views.ts";

/** The nodes as an indented list. */
export function TreeView(props: ViewProps) {
  return (
    <RowList {...props} label="Nodes of the workflow">
      {(vertex) => (
        <>
          <span className="tree-detail muted">
            {vertex.message ?? (vertex.expanded === true || vertex.childCount === undefined ? "" : countsText(vertex))}
          </span>
          <span className="tree-duration">
            {vertex.startedAtMs !== undefined && vertex.kind !== "Skipped" && (
              <Duration fromMs={vertex.runStartedAtMs ?? vertex.startedAtMs} toMs={vertex.finishedAtMs} />
            )}
          </span>
        </>
      )}
    </RowList>
  );
}
