import { serversOf } from "../pool/pool-choice.ts";
import type { AgentStatus } from "../ports/agent-directory.ts";
import type { QueuedTask } from "../ports/queue-inspector.ts";

/** What a task in a queue waits for, and what people read of it. */
export interface Waiting {
  readonly waitsFor: "nothing" | "agent" | "undrained agent" | "room" | "another try" | "its turn";
  readonly message: string;
}

/** Says what a task waits for, given all agents that live. */
export function waitsFor(
  { pool, place, rank = 0, lastError }: Pick<QueuedTask, "pool" | "place" | "rank" | "lastError">,
  agents: readonly AgentStatus[],
): Waiting {
  if (place === "running") return { waitsFor: "nothing", message: "An agent has it." };
  if (place === "ended") return { waitsFor: "nothing", message: "It has ended." };
  const serving = agents.filter(serversOf(pool));
  if (serving.length === 0)
    return { waitsFor: "agent", message: `No agent that lives takes tasks of the pool "${pool}".` };
  const open = serving.filter(({ draining }) => !draining);
  if (open.length === 0)
    return {
      waitsFor: "undrained agent",
      message: `All ${serving.length} agents of the pool are drained: uncordon one.`,
    };
  if (place === "away")
    return {
      waitsFor: "another try",
      message: `It was refused (${lastError ?? "no reason given"}) and will be offered again.`,
    };
  const room = open.reduce((sum, agent) => sum + agent.room, 0);
  if (room === 0) return { waitsFor: "room", message: `No agent of the pool has room. ${tasksBefore(rank)}.` };
  return { waitsFor: "its turn", message: `${tasksBefore(rank)}; agents have room for ${room} more.` };
}

function tasksBefore(rank: number): string {
  if (rank === 0) return "It is the next";
  return rank === 1 ? "1 task comes before it" : `${rank} tasks come before it`;
}
