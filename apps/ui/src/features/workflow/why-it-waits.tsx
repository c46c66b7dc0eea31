import { useQuery } from "@tanstack/react-query";
import { answerOf, api } from "../../api/client.ts";
import { Button } from "../../ui/controls.tsx";

interface WhyProps {
  readonly namespace: string;
  readonly name: string;
  readonly onFound: (id: string, path: readonly string[]) => void;
}

const refreshMs = 3_000;
const suspendedMax = 3;

/** Says so when steps wait for somebody to answer, or for agents that do not live, or take nothing. */
export function WhyItWaits({ namespace, name, onFound }: WhyProps) {
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
  const { items = [], total = 0 } = waiting.data?.suspended ?? {};
  if (stuck.length === 0 && total === 0) return null;
  return (
    <div className="notice notice-warning" role="status">
      <div className="stack">
        {items.slice(0, suspendedMax).map(({ id, name: step, path }) => (
          <p key={id} className="row">
            <span>
              <b>{step}</b> waits for somebody.
            </span>
            <Button onClick={() => onFound(id, path)}>Answer it</Button>
          </p>
        ))}
        {total > suspendedMax && <p>and {(total - suspendedMax).toLocaleString()} more steps wait for somebody.</p>}
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
