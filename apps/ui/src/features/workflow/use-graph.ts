import type { StreamState } from "@capstan/client";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { answerOf, api, apiUrl } from "../../api/client.ts";
import { useEvents } from "../../api/use-events.ts";
import { type Graph, type GraphEvent, type GraphHead, withEvent } from "./vertices.ts";

/** Containers that the viewer opened or closed. */
export interface Opened {
  readonly expand: ReadonlySet<string>;
  readonly collapse: ReadonlySet<string>;
  /** The node that was looked for: of very many it is shown too. */
  readonly focus?: string | undefined;
}

export const nothingOpened: Opened = { expand: new Set(), collapse: new Set() };

/** With one container opened or closed. */
export function toggled({ expand, collapse, focus }: Opened, id: string, isExpanded: boolean): Opened {
  const [more, less] = [new Set(expand), new Set(collapse)];
  if (isExpanded) {
    more.delete(id);
    less.add(id);
  } else {
    less.delete(id);
    more.add(id);
  }
  return { expand: more, collapse: less, focus };
}

/** With what a node is in opened, and itself shown. */
export function openedTo(opened: Opened, id: string, ids: readonly string[]): Opened {
  const collapse = new Set([...opened.collapse].filter((id) => !ids.includes(id)));
  return { expand: new Set([...opened.expand, ...ids]), collapse, focus: id };
}

export interface LiveGraph {
  /** How the workflow itself is; of a large one it comes before the graph. */
  readonly head: GraphHead | undefined;
  /** Undefined until it came for the first time. */
  readonly graph: Graph | undefined;
  readonly isDeleted: boolean;
  readonly stream: StreamState;
}

/** What is drawn of a workflow: as it is, followed live, or as it was at a moment. */
export function useGraph(namespace: string, name: string, opened: Opened, atMs: number | undefined): LiveGraph {
  const [state, setState] = useState<Omit<LiveGraph, "stream">>({
    head: undefined,
    graph: undefined,
    isDeleted: false,
  });
  const query = useMemo(
    () => ({
      ...{ expand: [...opened.expand].join(","), collapse: [...opened.collapse].join(",") },
      ...(opened.focus !== undefined && { focus: opened.focus }),
    }),
    [opened],
  );
  const base = `api/v1/capstan/workflows/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;
  const url = atMs === undefined ? apiUrl(`${base}/graph/stream`, query) : undefined;
  const stream = useEvents<GraphEvent>(url, (event) =>
    setState((before) => (event.type === "deleted" ? { ...before, isDeleted: true } : afterEvent(before, event))),
  );
  const past = useQuery({
    queryKey: ["graph-at", namespace, name, query, atMs],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET("/api/v1/capstan/workflows/{namespace}/{name}/graph", {
          params: { path: { namespace, name }, query: { ...query, at: String(atMs) } },
          signal,
        }),
      ),
    enabled: atMs !== undefined,
    placeholderData: (before) => before,
    gcTime: 10_000,
  });
  // What had the present's shape stays where it stands.
  const pastGraph = useMemo(
    () => (past.data === undefined ? undefined : withEvent(state.graph, past.data)),
    [past.data, state.graph],
  );
  return atMs === undefined
    ? { ...state, stream }
    : { head: pastGraph?.head, graph: pastGraph, isDeleted: false, stream };
}

function afterEvent({ head, graph }: Omit<LiveGraph, "stream">, event: GraphEvent): Omit<LiveGraph, "stream"> {
  const next = withEvent(graph, event);
  return { head: event.type === "head" ? event.head : (next?.head ?? head), graph: next, isDeleted: false };
}
