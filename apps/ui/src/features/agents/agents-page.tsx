import type { components } from "@capstan/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answerOf, api } from "../../api/client.ts";
import { Button } from "../../ui/controls.tsx";
import { Empty, Failure, Loading } from "../../ui/states.tsx";
import { Ago } from "../../ui/time.tsx";
import "../../ui/table.css";

type Agent = components["schemas"]["Agent"];

const refreshMs = 3_000;

/** Who runs tasks, and how much room they have. */
export function AgentsPage() {
  const agents = useQuery({
    queryKey: ["agents"],
    queryFn: () => answerOf(api.GET("/api/v1/capstan/agents")),
    refetchInterval: refreshMs,
  });
  return (
    <>
      <h1>Agents</h1>
      {agents.isError && <Failure error={agents.error} onRetry={() => void agents.refetch()} />}
      {agents.isPending && <Loading />}
      {agents.data?.items.length === 0 && (
        <Empty title="No agent lives">
          <p>
            Tasks wait until one does. Start one with <code>capstan dev</code>, or see what became of the DaemonSet
            <code> capstan-agent</code>.
          </p>
        </Empty>
      )}
      {agents.data !== undefined && agents.data.items.length > 0 && <AgentTable agents={agents.data.items} />}
    </>
  );
}

function AgentTable({ agents }: { agents: readonly Agent[] }) {
  return (
    <div className="card table-card">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Agent</th>
            <th scope="col">Pool</th>
            <th scope="col">Cluster</th>
            <th scope="col">Running</th>
            <th scope="col">Room</th>
            <th scope="col">Labels</th>
            <th scope="col">Version</th>
            <th scope="col">Heard of</th>
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {agents.map((agent) => (
            <AgentRow key={agent.agentId} agent={agent} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function AgentRow({ agent }: { agent: Agent }) {
  const queries = useQueryClient();
  const [cluster = "", pool = "", node = ""] = agent.agentId.split("/");
  const change = useMutation({
    mutationFn: (verb: "drain" | "uncordon") =>
      verb === "drain"
        ? answerOf(
            api.PUT("/api/v1/capstan/agents/{cluster}/{pool}/{node}/drain", {
              params: { path: { cluster, pool, node } },
            }),
          )
        : answerOf(
            api.PUT("/api/v1/capstan/agents/{cluster}/{pool}/{node}/uncordon", {
              params: { path: { cluster, pool, node } },
            }),
          ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["agents"] }),
  });
  return (
    <tr>
      <td data-label="Agent">
        <strong>{node}</strong>
        {agent.draining && <span className="chip"> drained</span>}
        {change.isError && <Failure error={change.error} />}
      </td>
      <td data-label="Pool">{agent.pool}</td>
      <td data-label="Cluster">{agent.cluster}</td>
      <td data-label="Running">{agent.running}</td>
      <td data-label="Room">{agent.room}</td>
      <td data-label="Labels">
        {Object.entries(agent.labels).map(([name, value]) => (
          <span key={name} className="chip">
            {name}={value}
          </span>
        ))}
      </td>
      <td data-label="Version">{agent.version}</td>
      <td data-label="Heard of">
        <Ago atMs={agent.atMs} />
      </td>
      <td>
        <Button onClick={() => change.mutate(agent.draining ? "uncordon" : "drain")} disabled={change.isPending}>
          {agent.draining ? "Uncordon" : "Drain"}
        </Button>
      </td>
    </tr>
  );
}
