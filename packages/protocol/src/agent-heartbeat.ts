import type { Result } from "@capstan/core";
import { z } from "zod";
import { checkBody, openText, type ProtocolError, seal } from "./envelope.ts";

/** What an agent says of itself every few seconds; an agent that says nothing for a while counts as gone. */
export interface AgentHeartbeat {
  /** `<cluster>/<pool>/<node>`: of one process at a time. */
  readonly agentId: string;
  /** Of every process another, so that two under one id are noticed. */
  readonly instance?: string | undefined;
  readonly pool: string;
  readonly cluster: string;
  readonly labels: { readonly [key: string]: string };
  /** How many more tasks it could take now. */
  readonly room: number;
  readonly running: number;
  /** Capstan's version, to find agents that lag behind in an upgrade. */
  readonly version: string;
  /** Where other agents may fetch artifacts that it holds; absent where it listens to nobody. */
  readonly artifactAddress?: { readonly host: string; readonly port: number } | undefined;
  readonly atMs: number;
}

const heartbeatSchema = z.looseObject({
  agentId: z.string().min(1),
  instance: z.string().optional(),
  pool: z.string().min(1),
  cluster: z.string(),
  labels: z.record(z.string(), z.string()),
  room: z.int().min(0),
  running: z.int().min(0),
  version: z.string(),
  artifactAddress: z.looseObject({ host: z.string().min(1), port: z.int().min(1).max(65_535) }).optional(),
  atMs: z.number(),
});

export function encodeHeartbeat(heartbeat: AgentHeartbeat): string {
  return JSON.stringify(seal(heartbeat));
}

export function decodeHeartbeat(text: string): Result<AgentHeartbeat, ProtocolError> {
  const opened = openText(text, "the agent's heartbeat");
  return opened.ok ? checkBody(heartbeatSchema, opened.value, "the agent's heartbeat") : opened;
}
