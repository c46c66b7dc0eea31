import { type AgentHeartbeat, decodeHeartbeat, encodeHeartbeat } from "@capstan/protocol";
import type { RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";
import { Script } from "./script.ts";

const agentHeartbeat = new Script("agent-heartbeat");
const listAgents = new Script("list-agents");
const agentKeys = [keys.agents, keys.agentExpiries];

/** Which agents live, and how much room they have. */
export class RedisAgentRegistry {
  readonly #redis: RedisClient;

  constructor(redis: RedisClient) {
    this.#redis = redis;
  }

  /** Says that an agent lives; it is forgotten after ttlMs. */
  async beat(heartbeat: AgentHeartbeat, ttlMs: number): Promise<void> {
    await agentHeartbeat.run(this.#redis, agentKeys, [heartbeat.agentId, encodeHeartbeat(heartbeat), Math.ceil(ttlMs)]);
  }

  /** The latest word of every living agent, by pool and id; heartbeats of a newer Capstan are left out. */
  async list(): Promise<readonly AgentHeartbeat[]> {
    const texts = (await listAgents.run(this.#redis, agentKeys, [])) as string[];
    return texts
      .map(decodeHeartbeat)
      .flatMap((decoded) => (decoded.ok ? [decoded.value] : []))
      .sort((left, right) => left.pool.localeCompare(right.pool) || left.agentId.localeCompare(right.agentId));
  }

  /** Takes an agent off the list at once (clean shutdown). */
  async leave(agentId: string): Promise<void> {
    await Promise.all([this.#redis.hdel(keys.agents, agentId), this.#redis.zrem(keys.agentExpiries, agentId)]);
  }
}
