import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, type RedisServer, startRedis } from "@capstan/testkit";
import { NodeChild } from "./node-child.ts";

export interface SystemOptions {
  readonly runtime: "sandbox" | "process" | "noop";
  readonly concurrency: number;
  readonly shards?: number;
  readonly appendFsync?: "no" | "everysec" | "always";
  /** How long a dead agent's tasks wait for another agent (times 1.5). */
  readonly leaseSeconds?: number;
}

/** A whole Capstan in real processes: redis-server, one coordinator, one agent. */
export interface RunningSystem {
  readonly url: string;
  readonly redis: RedisServer;
  readonly coordinator: NodeChild;
  readonly agent: NodeChild;
  stop(): Promise<void>;
}

/** Starts it on free ports of the loopback and resolves when the coordinator is ready. */
export async function startSystem(options: SystemOptions): Promise<RunningSystem> {
  const redis = await startRedis({ appendFsync: options.appendFsync ?? "everysec" });
  const stateFolder = await mkdtemp(join(tmpdir(), "capstan-test-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const coordinator = new NodeChild("apps/coordinator/src/main.ts", [
    ...["--redis", redis.url, "--port", String(port)],
    ...["--shards", String(options.shards ?? 8), "--owner-id", "coordinator-1", "--log-level", "warn"],
  ]);
  const agent = new NodeChild("apps/agent/src/main.ts", [
    ...["--redis", redis.url, "--pool", "default", "--node-name", "node-1", "--log-level", "warn"],
    ...["--runtime", options.runtime, "--state-dir", stateFolder, "--concurrency", String(options.concurrency)],
    ...["--lease-seconds", String(options.leaseSeconds ?? 30)],
  ]);
  const stop = async (): Promise<void> => {
    await Promise.all([agent.stop(), coordinator.stop()]);
    await redis.stop();
    await rm(stateFolder, { recursive: true, force: true });
  };
  try {
    await untilReady(url, coordinator);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, redis, coordinator, agent, stop };
}

async function untilReady(url: string, coordinator: NodeChild): Promise<void> {
  const deadlineMs = Date.now() + 30_000;
  while (Date.now() < deadlineMs) {
    if (coordinator.hasEnded) throw new Error("the coordinator ended at once (CAPSTAN_DEBUG=1 shows why)");
    const ready = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolveWait) => setTimeout(resolveWait, 50));
  }
  throw new Error("the coordinator was not ready within 30 s");
}
