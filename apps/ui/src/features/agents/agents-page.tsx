import type { components } from "@capstan/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answerOf, api } from "../../api/client.ts";
import { Button } from "../../ui/controls.tsx";
import { Empty, Failure, Loading } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { Ago } from "../../ui/time.tsx";

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
    <Table
      columns={["Agent", "Pool", "Cluster", "Running", "Room", "Labels", "Version", "Last seen", { unseen: "Actions" }]}
    >
      {agents.map((agent) => (
        <AgentRow key={agent.agentId} agent={agent} />
      ))}
    </Table>
  );
}

function AgentRow({ agent }: { agent: Agent }) {
  const queries = useQueryClient();
  const [cluster = "", pool = "", node = ""] = agent.agentId.split("/");
  const change = useMutation({
    mutationFn: (verb: "drain" | "uncordon") =>
      answerOf<unknown>(
        api.PUT(`/api/v1/capstan/agents/{cluster}/{pool}/{node}/${verb}`, {
          params: { path: { cluster, pool, node } },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["agents"] }),
  });
  return (
    <tr>
      <td data-label="Agent">
        <strong>{node}</strong>
        {/* It hears of it with its next heartbeat, and has no room from then on. */}
        {agent.draining && <span className="chip"> {agent.room > 0 ? "draining …" : "drained"}</span>}
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
      <td data-label="Last seen">
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
