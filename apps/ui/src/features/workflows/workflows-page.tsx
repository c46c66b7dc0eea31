import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { answerOf, api } from "../../api/client.ts";
import { Empty, Failure, Freshness, Loading } from "../../ui/states.tsx";
import { BulkActions } from "./bulk-actions.tsx";
import { FilterBar } from "./filter-bar.tsx";
import type { Filters } from "./filters.ts";
import { useLiveList } from "./live-list.ts";
import { WorkflowRows } from "./workflow-rows.tsx";
import "./workflows.css";

/** All workflows, the newest first, live. */
export function WorkflowsPage() {
  const filters = useSearch({ from: "/workflows" });
  const navigate = useNavigate({ from: "/workflows" });
  const change = (changed: Filters) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  const { items, pages, stream } = useLiveList(filters);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const counts = useCounts(filters.namespace);
  useEffect(() => {
    document.title = "Workflows · Capstan";
  }, []);
  const chosenItems = useMemo(() => items.filter(({ uid }) => chosen.has(uid)), [items, chosen]);
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <>
      <h1>Workflows</h1>
      <FilterBar filters={filters} counts={counts} onChange={change} onClear={() => void navigate({ search: {} })} />
      <Freshness stream={stream} />
      {pages.isError && <Failure error={pages.error} onRetry={() => void pages.refetch()} />}
      {chosenItems.length > 0 && <BulkActions chosen={chosenItems} onDone={() => setChosen(new Set())} />}
      {pages.isPending && <Loading lines={8} />}
      {!pages.isPending && items.length === 0 && (
        <Empty title={isFiltered ? "No workflow is like that" : "No workflow yet"}>
          {isFiltered ? (
            <p>Take a filter away, or look further back in time.</p>
          ) : (
            <p>
              <Link to="/submit">Submit a manifest</Link>, or in a terminal: <code>capstan submit FILE</code>
            </p>
          )}
        </Empty>
      )}
      {items.length > 0 && (
        <WorkflowRows
          items={items}
          chosen={chosen}
          onChoose={setChosen}
          hasMore={pages.hasNextPage}
          isLoadingMore={pages.isFetchingNextPage}
          onMore={() => void pages.fetchNextPage()}
        />
      )}
    </>
  );
}

const countsRefreshMs = 5_000;

function useCounts(namespace: string | undefined): { readonly [phase: string]: number } {
  const counts = useQuery({
    queryKey: ["counts", namespace ?? ""],
    queryFn: () =>
      answerOf(
        api.GET("/api/v1/capstan/workflow-counts", { params: { query: namespace === undefined ? {} : { namespace } } }),
      ),
    refetchInterval: countsRefreshMs,
    placeholderData: (before) => before,
  });
  return counts.data?.counts ?? {};
}
