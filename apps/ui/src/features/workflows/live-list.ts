import type { components } from "@capstan/client";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { answerOf, api, apiUrl } from "../../api/client.ts";
import { useEvents } from "../../api/use-events.ts";
import { type Filters, type Summary, toQuery } from "./filters.ts";

type ListEvent = components["schemas"]["WorkflowListEvent"];

const pageSize = 200;

/** The workflows of a filter, the newest first: pages as they are asked for, and over them what has changed since. */
export function useLiveList(filters: Filters) {
  const queries = useQueryClient();
  const key = JSON.stringify(filters);
  // One moment for all pages of one filter: a page that comes later must not shift them.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new filter, a new moment.
  const query = useMemo(() => toQuery(filters, Date.now()), [key]);
  const queryKey = ["workflows", query];
  const [changes, setChanges] = useState<Changes>({ key, items: new Map(), removed: new Set() });
  const pages = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        api.GET("/api/v1/capstan/workflows", {
          params: { query: { ...query, limit: String(pageSize), ...(pageParam !== "" && { continue: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.continue,
    refetchOnWindowFocus: false,
  });
  const onEvent = useCallback(
    (event: ListEvent) => {
      if (event.type === "gap") void queries.invalidateQueries({ queryKey: ["workflows"] });
      else setChanges((known) => withChanges(known.key === key ? known : emptyChanges(key), event));
      void queries.invalidateQueries({ queryKey: ["counts"] });
    },
    [queries, key],
  );
  const stream = useEvents<ListEvent>(apiUrl("api/v1/capstan/workflow-list/stream", query), onEvent);
  const items = useMemo(
    () =>
      merged(pages.data?.pages.flatMap((page) => page.items) ?? [], changes.key === key ? changes : emptyChanges(key)),
    [pages.data, changes, key],
  );
  return { items, pages, stream };
}

interface Changes {
  readonly key: string;
  readonly items: ReadonlyMap<string, Summary>;
  readonly removed: ReadonlySet<string>;
}

function emptyChanges(key: string): Changes {
  return { key, items: new Map(), removed: new Set() };
}

function withChanges(known: Changes, event: ListEvent & { type: "changed" }): Changes {
  const items = new Map(known.items);
  const removed = new Set(known.removed);
  for (const item of event.items) {
    items.set(item.uid, item);
    removed.delete(item.uid);
  }
  for (const uid of event.removed) {
    items.delete(uid);
    removed.add(uid);
  }
  return { key: known.key, items, removed };
}

/** The listed ones as they are now, and those that came since, in order. */
function merged(listed: readonly Summary[], { items, removed }: Changes): readonly Summary[] {
  const seen = new Set<string>();
  const oldest = listed.at(-1)?.submittedAtMs ?? 0;
  const current: Summary[] = [];
  for (const item of listed) {
    if (seen.has(item.uid) || removed.has(item.uid)) continue;
    seen.add(item.uid);
    current.push(items.get(item.uid) ?? item);
  }
  // Older than what is listed: it comes with its own page.
  const fresh = [...items.values()].filter((item) => !seen.has(item.uid) && item.submittedAtMs >= oldest);
  if (fresh.length === 0) return current;
  return [...fresh, ...current].sort((left, right) => right.submittedAtMs - left.submittedAtMs);
}
