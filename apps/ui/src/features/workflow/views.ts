import type { FocusRequest } from "./focus-request.ts";
import type { Graph } from "./vertices.ts";

/** What every picture of a workflow takes. */
export interface ViewProps {
  readonly graph: Graph;
  readonly selectedId: string | undefined;
  readonly focusRequest: FocusRequest | undefined;
  readonly onSelect: (id: string | undefined) => void;
  readonly onToggle: (id: string, isExpanded: boolean) => void;
}
