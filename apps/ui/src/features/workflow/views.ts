import type { Graph } from "./vertices.ts";

/** What every picture of a workflow takes. */
export interface ViewProps {
  readonly graph: Graph;
  readonly selectedId: string | undefined;
  /** Changes when the selected vertex is to be brought into sight. */
  readonly focusRequest: number;
  readonly onSelect: (id: string | undefined) => void;
  readonly onToggle: (id: string, isExpanded: boolean) => void;
}
