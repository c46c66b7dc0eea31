import { useQuery } from "@tanstack/react-query";
import { answerOf, api } from "../../api/client.ts";

const refreshMs = 3_000;

/** Says so when steps wait for agents that do not live, or take nothing. */
export function WhyItWaits({ namespace, name }: { namespace: string; name: string }) {
  const waiting = useQuery({
    queryKey: ["waiting", namespace, name],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET("/api/v1/capstan/workflows/{namespace}/{name}/waiting", {
          params: { path: { namespace, name } },
          signal,
        }),
      ),
    refetchInterval: refreshMs,
    retry: false,
  });
  const stuck = (waiting.data?.pools ?? []).filter(({ agents, draining }) => agents === draining);
  if (stuck.length === 0) return null;
  return (
    <div className="notice notice-warning" role="status">
      <div>
        {stuck.map(({ pool, tasks, agents }) => (
          <p key={pool}>
            {tasks === 1 ? "1 step waits" : `${tasks.toLocaleString()} steps wait`}:{" "}
            {agents === 0 ? "no agent serves the pool" : "every agent is drained that serves the pool"}{" "}
            <code>{pool}</code>.
          </p>
        ))}
      </div>
    </div>
  );
}
