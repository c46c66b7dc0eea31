import type { AgentPlace } from "../pool/pool-choice.ts";

/** A living agent, as it was at its last word. */
export interface AgentStatus extends AgentPlace {
  /** `<cluster>/<pool>/<node>`. */
  readonly agentId: string;
  /** How many more tasks it could take. */
  readonly room: number;
  readonly running: number;
  /** Capstan's version, to find agents that lag behind in an upgrade. */
  readonly version: string;
  readonly atMs: number;
  /** It was told to take no more tasks; those that it has go on. */
  readonly draining: boolean;
}

/** Which agents live, and which of them take no more tasks. */
export interface AgentDirectory {
  list(): Promise<readonly AgentStatus[]>;
  /** Tells an agent to take no more tasks, until `uncordon`; its successor of the same name too. Idempotent. */
  drain(agentId: string): Promise<void>;
  /** False when it was not draining. */
  uncordon(agentId: string): Promise<boolean>;
}
