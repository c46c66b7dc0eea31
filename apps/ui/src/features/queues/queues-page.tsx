import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { answerOf, api, apiUrl } from "../../api/client.ts";
import { Failure, Loading, Outdated } from "../../ui/states.tsx";
import { DeadLetters } from "./dead-letters.tsx";
import { PoolQueue } from "./pool-queue.tsx";
import { type Pool, PoolTable } from "./pool-table.tsx";
import { refreshMs } from "./refresh.ts";
import { RetryTable } from "./retry-table.tsx";
import "./queues.css";

const route = getRouteApi("/queues");

/** What waits, where, for how long and for what. */
export function QueuesPage() {
  const { pool } = route.useSearch();
  const queues = useQuery({
    queryKey: ["queues"],
    queryFn: ({ signal }) => answerOf(api.GET("/api/v1/capstan/queues", { signal })),
    refetchInterval: refreshMs,
  });
  const chosen = pool ?? fullest(queues.data?.items ?? []);
  return (
    <div className="stack queues">
      <div className="row">
        <h1>Queues</h1>
        <a className="spread" href={apiUrl("api/v1/capstan/bull/")}>
          Raw queues (Bull Board)
        </a>
      </div>
      {queues.isError && queues.data === undefined && (
        <Failure error={queues.error} onRetry={() => void queues.refetch()} />
      )}
      {queues.isError && queues.data !== undefined && <Outdated atMs={queues.dataUpdatedAt} />}
      {queues.isPending && <Loading />}
      {queues.data !== undefined && <PoolTable pools={queues.data.items} chosen={chosen} />}
      {chosen !== undefined && <PoolQueue key={chosen} pool={chosen} />}
      <RetryTable />
      <DeadLetters />
    </div>
  );
}

function fullest(pools: readonly Pool[]): string | undefined {
  return pools.toSorted((left, right) => right.waiting - left.waiting)[0]?.pool;
}
