import { useQuery } from "@tanstack/react-query";
import { answerOf, api } from "../../api/client.ts";
import { PhaseBadge } from "../../ui/phase.tsx";
import { Failure, Loading } from "../../ui/states.tsx";
import { Duration } from "../../ui/time.tsx";
import { BidTerms } from "../queues/bid-terms.tsx";

interface TaskViewProps {
  readonly namespace: string;
  readonly name: string;
  readonly nodeId: string;
  readonly phase: string;
}

const refreshMs = 3_000;

/** A node's place in its pool's queue and why, and what its agent was given. */
export function TaskView({ namespace, name, nodeId, phase }: TaskViewProps) {
  const params = { path: { namespace, name, id: nodeId } };
  const isWaiting = phase === "Pending";
  const bid = useQuery({
    queryKey: ["bid", namespace, name, nodeId, phase],
    queryFn: ({ signal }) =>
      answerOf(api.GET("/api/v1/capstan/workflows/{namespace}/{name}/nodes/{id}/bid", { params, signal })),
    refetchInterval: isWaiting ? refreshMs : false,
    retry: false,
  });
  const task = useQuery({
    queryKey: ["task", namespace, name, nodeId, phase],
    queryFn: ({ signal }) =>
      answerOf(api.GET("/api/v1/capstan/workflows/{namespace}/{name}/nodes/{id}/task", { params, signal })),
    retry: false,
  });
  return (
    <div className="stack">
      {bid.isPending && <Loading />}
      {bid.isError && <Failure error={bid.error} />}
      {bid.data !== undefined && (
        <>
          <p>{bid.data.message}</p>
          <div className="row">
            {bid.data.place === "waiting" && <PhaseBadge phase="Pending" word="Waiting" />}
            {bid.data.rank !== undefined && <span>{bid.data.rank.toLocaleString()} tasks come before it</span>}
            {isWaiting && <Duration fromMs={bid.data.readySinceMs} toMs={undefined} />}
          </div>
          {bid.data.bid !== undefined && (
            <>
              <h3>Its bid</h3>
              <BidTerms bid={bid.data.bid} />
            </>
          )}
          {bid.data.lastError !== undefined && <p className="notice notice-warning">{bid.data.lastError}</p>}
        </>
      )}
      <h3>What its agent was given</h3>
      {task.isPending && <Loading />}
      {task.isError && <Failure error={task.error} />}
      {task.data !== undefined && <pre className="code">{JSON.stringify(task.data.task, null, 2)}</pre>}
    </div>
  );
}
