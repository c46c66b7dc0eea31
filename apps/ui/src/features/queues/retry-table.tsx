import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { answerOf, api } from "../../api/client.ts";
import { Failure, Loading } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { refreshMs } from "./refresh.ts";
import { Until } from "./until.tsx";

/** Steps whose retry strategy lets them wait: which attempt comes, when, and what became of the last. */
export function RetryTable() {
  const retries = useQuery({
    queryKey: ["retries"],
    queryFn: ({ signal }) => answerOf(api.GET("/api/v1/capstan/retries", { params: { query: {} }, signal })),
    refetchInterval: refreshMs,
  });
  return (
    <section className="stack" aria-label="Between two attempts">
      <h2>Between two attempts</h2>
      {retries.isError && <Failure error={retries.error} onRetry={() => void retries.refetch()} />}
      {retries.isPending && <Loading lines={2} />}
      {retries.data?.items.length === 0 && <p className="muted">No step waits for its next attempt.</p>}
      {retries.data !== undefined && retries.data.items.length > 0 && (
        <Table columns={["Step", "Attempt", "Next", "Last error"]}>
          {retries.data.items.map((item) => (
            <tr key={`${item.namespace}/${item.workflow}/${item.nodeId}`}>
              <td data-label="Step">
                <Link
                  to="/workflows/$namespace/$name"
                  params={{ namespace: item.namespace, name: item.workflow }}
                  search={{ node: item.lastAttemptId ?? item.nodeId }}
                >
                  {item.nodeName}
                </Link>
              </td>
              <td data-label="Attempt">{item.attempts} failed</td>
              <td data-label="Next">
                <Until atMs={item.dueAtMs} />
              </td>
              <td data-label="Last error">{item.lastError ?? "—"}</td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}
