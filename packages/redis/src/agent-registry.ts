import type { AgentDirectory, AgentStatus } from "@capstan/core";
import { type AgentHeartbeat, decodeHeartbeat, encodeHeartbeat } from "@capstan/protocol";
import type { RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";
import { Script } from "./script.ts";

const agentHeartbeat = new Script("agent-heartbeat");
const listAgents = new Script("list-agents");
const registryKeys = [keys.agents, keys.agentExpiries, keys.agentsDraining];

export interface HeartbeatAnswer {
  /** It is to take no more tasks. */
  readonly draining: boolean;
  /** Another process said last that it is this agent, a moment ago. */
  readonly hasRival: boolean;
}

/** Which agents live, how much room they have, and which take no more tasks. */
export class RedisAgentRegistry implements AgentDirectory {
  readonly #redis: RedisClient;

  constructor(redis: RedisClient) {
    this.#redis = redis;
  }

  /** Says that an agent lives; it is forgotten after ttlMs. */
  async beat(heartbeat: AgentHeartbeat, ttlMs: number): Promise<HeartbeatAnswer> {
    const { agentId } = heartbeat;
    const answer = await agentHeartbeat.run(this.#redis, registryKeys, [
      ...[agentId, encodeHeartbeat(heartbeat), Math.ceil(ttlMs)],
    ]);
    const [draining, before] = answer as readonly [number, string | null];
    const rival = before === null ? undefined : decodeHeartbeat(before);
    return { draining: draining === 1, hasRival: rival?.ok === true && rival.value.instance !== heartbeat.instance };
  }

  /** The latest word of every living agent, by pool and id; heartbeats of a newer Capstan are left out. */
  async list(): Promise<readonly AgentStatus[]> {
    const answer = (await listAgents.run(this.#redis, registryKeys, [])) as readonly (string | number)[];
    const agents: AgentStatus[] = [];
    for (let index = 0; index < answer.length; index += 2) {
      const decoded = decodeHeartbeat(String(answer[index]));
      if (decoded.ok) agents.push({ ...decoded.value, draining: answer[index + 1] === 1 });
    }
    return agents.sort(
      (left, right) => left.pool.localeCompare(right.pool) || left.agentId.localeCompare(right.agentId),
    );
  }

  /** An agent's latest word; undefined when it has said nothing for a while, or a newer Capstan's. */
  async find(agentId: string): Promise<AgentHeartbeat | undefined> {
    const text = await this.#redis.hget(keys.agents, agentId);
    const decoded = text === null ? undefined : decodeHeartbeat(text);
    return decoded?.ok ? decoded.value : undefined;
  }

  async drain(agentId: string): Promise<void> {
    await this.#redis.hsetnx(keys.agentsDraining, agentId, Date.now());
  }

  async uncordon(agentId: string): Promise<boolean> {
    return (await this.#redis.hdel(keys.agentsDraining, agentId)) > 0;
  }

  /** Takes an agent off the list at once (clean shutdown). */
  async leave(agentId: string): Promise<void> {
    await Promise.all([this.#redis.hdel(keys.agents, agentId), this.#redis.zrem(keys.agentExpiries, agentId)]);
  }
}
