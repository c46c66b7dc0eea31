import type { components } from "@capstan/client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { answerOf, api } from "../../api/client.ts";
import { Empty, Failure, Loading } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { Duration } from "../../ui/time.tsx";
import { BidTerms, formatProbability, inSeconds } from "./bid-terms.tsx";
import { refreshMs } from "./refresh.ts";
import { Until } from "./until.tsx";

type QueuedTask = components["schemas"]["QueuedTask"];

/** What a pool's agents take next and why, and what they refused. */
export function PoolQueue({ pool }: { pool: string }) {
  const params = { path: { pool }, query: {} };
  const next = useQuery({
    queryKey: ["queue-next", pool],
    queryFn: ({ signal }) => answerOf(api.GET("/api/v1/capstan/queues/{pool}/next", { params, signal })),
    refetchInterval: refreshMs,
  });
  const away = useQuery({
    queryKey: ["queue-away", pool],
    queryFn: ({ signal }) => answerOf(api.GET("/api/v1/capstan/queues/{pool}/away", { params, signal })),
    refetchInterval: refreshMs,
  });
  const refused = away.data?.items ?? [];
  return (
    <>
      <section className="stack" aria-label={`What runs next in the pool ${pool}`}>
        <h2>
          Next in <code>{pool}</code>
        </h2>
        {next.isError && <Failure error={next.error} onRetry={() => void next.refetch()} />}
        {next.isPending && <Loading />}
        {next.data?.items.length === 0 && (
          <Empty title="Nothing waits here">
            <p>Every task of this pool runs, or there is none.</p>
          </Empty>
        )}
        {next.data !== undefined && next.data.items.length > 0 && <NextTable tasks={next.data.items} />}
      </section>
      {away.isError && <Failure error={away.error} onRetry={() => void away.refetch()} />}
      {refused.length > 0 && (
        <section className="stack" aria-label="Refused tasks">
          <h2>Refused, and offered again</h2>
          <AwayTable tasks={refused} />
        </section>
      )}
    </>
  );
}

function NextTable({ tasks }: { tasks: readonly QueuedTask[] }) {
  return (
    <Table columns={["Rank", "Task", "Waited", "Why it has this place"]}>
      {tasks.map((task) => (
        <tr key={task.taskId}>
          <td data-label="Rank">
            {(task.rank ?? 0) + 1}
            {task.place === "backlog" && <span className="chip">backlog</span>}
          </td>
          <td data-label="Task">
            <TaskName task={task} />
          </td>
          <td data-label="Waited">
            <Duration fromMs={task.readySinceMs} toMs={undefined} />
          </td>
          <td data-label="Why">{task.bid === undefined ? "—" : <Why bid={task.bid} />}</td>
        </tr>
      ))}
    </Table>
  );
}

function Why({ bid }: { bid: NonNullable<QueuedTask["bid"]> }) {
  return (
    <details>
      <summary className="bid-summary">
        P {formatProbability(bid.probability)}{" "}
        <span className="muted">
          (t {inSeconds(bid.executionTimeSeconds)}, θ {inSeconds(bid.thetaSeconds)})
        </span>
      </summary>
      <BidTerms bid={bid} />
    </details>
  );
}

function AwayTable({ tasks }: { tasks: readonly QueuedTask[] }) {
  return (
    <Table columns={["Task", "Offered", "Again", "Why it came back"]}>
      {tasks.map((task) => (
        <tr key={task.taskId}>
          <td data-label="Task">
            <TaskName task={task} />
          </td>
          <td data-label="Offered">{task.deliveries} ×</td>
          <td data-label="Again">
            <Until atMs={task.awayUntilMs} />
          </td>
          <td data-label="Why it came back">{task.lastError ?? "—"}</td>
        </tr>
      ))}
    </Table>
  );
}

function TaskName({ task }: { task: QueuedTask }) {
  const { namespace, workflow, nodeId, nodeName } = task;
  if (namespace === undefined || workflow === undefined) return <code>{task.taskId} (cannot be read)</code>;
  return (
    <Link
      to="/workflows/$namespace/$name"
      params={{ namespace, name: workflow }}
      search={nodeId === undefined ? {} : { node: nodeId }}
    >
      {nodeName}
    </Link>
  );
}
