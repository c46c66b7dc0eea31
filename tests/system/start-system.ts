import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startRedis } from "@capstan/testkit";

const repositoryRoot = resolve(import.meta.dirname, "../..");

export interface SystemOptions {
  readonly runtime: "sandbox" | "process" | "noop";
  readonly concurrency: number;
  readonly shards?: number;
}

/** A whole Capstan in real processes: redis-server, one coordinator, one agent. */
export interface RunningSystem {
  readonly url: string;
  readonly redisUrl: string;
  readonly coordinatorPid: number;
  readonly agentPid: number;
  stop(): Promise<void>;
}

/** Starts it on free ports of the loopback and resolves when the coordinator is ready. */
export async function startSystem(options: SystemOptions): Promise<RunningSystem> {
  const redis = await startRedis();
  const stateFolder = await mkdtemp(join(tmpdir(), "capstan-test-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const coordinator = startNode(
    "apps/coordinator/src/main.ts",
    [
      ["--redis", redis.url],
      ["--port", String(port)],
      ["--shards", String(options.shards ?? 8)],
      ["--owner-id", "coordinator-1"],
    ].flat(),
  );
  const agent = startNode(
    "apps/agent/src/main.ts",
    [
      ["--redis", redis.url],
      ["--pool", "default"],
      ["--runtime", options.runtime],
      ["--state-dir", stateFolder],
      ["--concurrency", String(options.concurrency)],
      ["--node-name", "node-1"],
    ].flat(),
  );
  await untilReady(url, coordinator);
  return {
    url,
    redisUrl: redis.url,
    coordinatorPid: coordinator.pid ?? -1,
    agentPid: agent.pid ?? -1,
    stop: async () => {
      await Promise.all([end(agent), end(coordinator)]);
      await redis.stop();
      await rm(stateFolder, { recursive: true, force: true });
    },
  };
}

function startNode(script: string, args: readonly string[]): ChildProcess {
  const stdio = process.env["CAPSTAN_DEBUG"] ? "inherit" : "ignore";
  return spawn(process.execPath, [join(repositoryRoot, script), ...args], { stdio: ["ignore", stdio, stdio] });
}

async function untilReady(url: string, coordinator: ChildProcess): Promise<void> {
  const deadlineMs = Date.now() + 30_000;
  while (Date.now() < deadlineMs) {
    if (coordinator.exitCode !== null) throw new Error(`the coordinator ended with exit code ${coordinator.exitCode}`);
    const ready = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolveWait) => setTimeout(resolveWait, 50));
  }
  throw new Error("the coordinator was not ready within 30 s");
}

/** SIGTERM, and SIGKILL for one that does not end within ten seconds. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolveEnd) => child.once("exit", () => resolveEnd()));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await ended;
  clearTimeout(timer);
}

/** A port of the loopback that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address !== null ? resolvePort(address.port) : reject(new Error("no port")),
      );
    });
  });
}
