import { mkdirSync, rmSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CliError } from "../cli-error.ts";
import { Child } from "./child.ts";
import { freePort } from "./free-port.ts";
import { killLeftovers } from "./leftovers.ts";
import { startRedisServer } from "./redis.ts";
import { Watchdog } from "./watchdog.ts";

export interface EmbeddedOptions {
  readonly stateDir: string;
  /** From `requireRedisServer`. */
  readonly redisCommand: string;
  /** Removes the state when the system stops. */
  readonly temporary: boolean;
  readonly runtime: string;
  /** The coordinator's; a free one when absent. */
  readonly port?: number;
  readonly shards: number;
  /** Tasks at once; the agent's own choice when absent. */
  readonly concurrency?: number;
  /** Folders where commands of tasks are looked for besides the system's. */
  readonly paths: readonly string[];
  /** Ends the wait for it to be ready. */
  readonly signal?: AbortSignal;
}

/** A whole Capstan as children of this process: redis-server, a coordinator, an agent. */
export interface EmbeddedSystem {
  readonly url: string;
  /** Rejects when one of the children ends by itself. */
  readonly failure: Promise<never>;
  /** Ends the children, what they left running and, if temporary, the state. Idempotent. */
  stop(): Promise<void>;
}

const startWithinMs = 30_000;
const stopWithinMs = 5_000;

/** Starts it and resolves when it takes workflows. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedSystem> {
  mkdirSync(options.stateDir, { recursive: true, mode: 0o700 });
  const watchdog = Watchdog.start(tasksDirOf(options), options.temporary ? options.stateDir : undefined);
  const [redisPort, port] = await Promise.all([freePort(), options.port ?? freePort()]);
  const redisUrl = `redis://127.0.0.1:${redisPort}`;
  // All at once: coordinator and agent wait for Redis by themselves.
  const redis = startRedisServer(options.redisCommand, redisPort, options.stateDir);
  const coordinator = startNode("coordinator", options.stateDir, [
    ["--redis", redisUrl],
    ["--port", String(port)],
    ["--shards", String(options.shards)],
    ["--owner-id", "embedded"],
  ]);
  const agent = startNode("agent", options.stateDir, [
    ["--redis", redisUrl],
    ["--pool", "default"],
    ["--runtime", options.runtime],
    ["--state-dir", join(options.stateDir, "agent")],
    ["--kill-on-exit"],
    ["--kill-grace-seconds", "2"],
    ...(options.concurrency === undefined ? [] : [["--concurrency", String(options.concurrency)]]),
    ["--node-name", "embedded"],
    ...options.paths.map((path) => ["--path", path]),
  ]);
  const children = [agent, coordinator, redis];
  for (const child of children) watchdog.watch(child.pid, child === redis ? "last" : "child");
  const stop = onceOnly(() => stopAll(children, options, watchdog));
  const failure = failureOf(children, () => stop.called);
  const url = `http://127.0.0.1:${port}`;
  try {
    await Promise.race([untilReady(url, options.signal), failure]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, failure, stop };
}

function startNode(name: "coordinator" | "agent", stateDir: string, args: readonly (readonly string[])[]): Child {
  const packageEntry = fileURLToPath(import.meta.resolve(`@capstan/${name}`));
  const main = join(dirname(packageEntry), `main${extname(packageEntry)}`);
  const env = { ...process.env, NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] ?? compileCacheDir() };
  return Child.start(name, join(stateDir, `${name}.log`), process.execPath, [main, ...args.flat()], env);
}

/** Beside the sources: compiled once, the next start is quick. */
function compileCacheDir(): string {
  return fileURLToPath(new URL("../../node_modules/.cache/capstan", import.meta.url));
}

async function untilReady(url: string, signal: AbortSignal | undefined): Promise<void> {
  const giveUpAtMs = Date.now() + startWithinMs;
  while (Date.now() < giveUpAtMs) {
    const isReady = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady || signal?.aborted === true) return;
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  throw new CliError(`the embedded coordinator was not ready within ${startWithinMs / 1_000} s`);
}

function failureOf(children: readonly Child[], isStopping: () => boolean): Promise<never> {
  const failure = new Promise<never>((_, reject) => {
    for (const child of children) {
      void child.ended.then(() => {
        if (!isStopping()) reject(child.failure());
      });
    }
  });
  // Whoever waits for it hears of it; nobody need wait.
  failure.catch(() => {});
  return failure;
}

async function stopAll(children: readonly Child[], options: EmbeddedOptions, watchdog: Watchdog): Promise<void> {
  const [agent, coordinator, redis] = children;
  await Promise.all([agent?.stop(stopWithinMs), coordinator?.stop(stopWithinMs)]);
  await redis?.stop(stopWithinMs);
  await killLeftovers(tasksDirOf(options), options.temporary ? options.stateDir : undefined);
  if (options.temporary) rmSync(options.stateDir, { recursive: true, force: true, maxRetries: 5 });
  watchdog.dismiss();
}

/** With the separator at its end: no other folder begins like this. */
function tasksDirOf({ stateDir }: EmbeddedOptions): string {
  return join(stateDir, "agent", "/");
}

type Once = (() => Promise<void>) & { readonly called: boolean };

function onceOnly(action: () => Promise<void>): Once {
  let running: Promise<void> | undefined;
  const once = () => {
    running ??= action();
    return running;
  };
  return Object.defineProperty(once, "called", { get: () => running !== undefined }) as Once;
}
