import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface RedisServerOptions {
  /** When written commands reach the disk; "no" keeps nothing over a restart. */
  readonly appendFsync?: "no" | "everysec" | "always";
  /** A Redis Cluster of this one node: it refuses commands over several slots, as every cluster does. */
  readonly cluster?: boolean;
  /** Further redis-server arguments, e.g. ["--maxmemory", "100mb"]. */
  readonly extraArguments?: readonly string[];
}

/** A real redis-server, the caller's own, on a free port of the loopback interface with a directory of its own. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  readonly pid: number;
  /** Ends it and removes its directory. Idempotent. */
  stop(): Promise<void>;
  /** SIGKILL; the directory stays. */
  kill(): Promise<void>;
  /** Starts it again on the same port and directory, after `kill`. */
  restart(): Promise<void>;
}

const startAttemptsMax = 5;
const readyWithinMs = 15_000;

/** Starts a redis-server (`CAPSTAN_REDIS_SERVER`, or the one on the path) and resolves when it answers. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), "capstan-redis-"));
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      const child = await launch(port, directory, options);
      if (options.cluster) await takeAllSlots(port);
      return new RedisServerChild(port, directory, options, child);
    } catch (error) {
      // Another process may have taken the port between the look and the start.
      if (attempt < startAttemptsMax && String(error).includes("in use")) continue;
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }
}

class RedisServerChild implements RedisServer {
  readonly port: number;
  readonly url: string;
  readonly #directory: string;
  readonly #options: RedisServerOptions;
  #child: ChildProcess;

  constructor(port: number, directory: string, options: RedisServerOptions, child: ChildProcess) {
    this.port = port;
    this.url = `redis${options.cluster ? "+cluster" : ""}://127.0.0.1:${port}`;
    this.#directory = directory;
    this.#options = options;
    this.#child = child;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await exited;
  }

  async restart(): Promise<void> {
    this.#child = await launch(this.port, this.#directory, this.#options);
  }
}

async function launch(port: number, directory: string, options: RedisServerOptions): Promise<ChildProcess> {
  const appendFsync = options.appendFsync ?? "no";
  const child = spawn(
    process.env["CAPSTAN_REDIS_SERVER"] ?? "redis-server",
    [
      ...["--port", String(port), "--bind", "127.0.0.1", "--dir", directory, "--save", ""],
      ...["--appendonly", appendFsync === "no" ? "no" : "yes", "--appendfsync", appendFsync],
      ...(options.cluster ? ["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"] : []),
      ...(options.extraArguments ?? []),
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  const keepOutput = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-4_000);
  };
  child.stdout.on("data", keepOutput);
  child.stderr.on("data", keepOutput);
  // A test run that ends abnormally must not leave servers behind.
  const killAtExit = () => child.kill("SIGKILL");
  process.once("exit", killAtExit);
  child.once("exit", () => process.removeListener("exit", killAtExit));
  await Promise.race([
    answersPing(port),
    new Promise((_, reject) => {
      child.once("error", (error) => reject(new Error(`redis-server could not be started: ${error.message}`)));
      child.once("exit", (code) => reject(new Error(`redis-server ended at start (code ${code}):\n${output}`)));
    }),
  ]);
  return child;
}

async function answersPing(port: number): Promise<void> {
  // A server that still loads its log answers -LOADING.
  await untilReply(port, "PING", (reply) => reply.startsWith("+PONG"));
}

async function takeAllSlots(port: number): Promise<void> {
  await untilReply(port, "CLUSTER ADDSLOTSRANGE 0 16383", (reply) => reply.startsWith("+OK"));
  await untilReply(port, "CLUSTER INFO", (reply) => reply.includes("cluster_state:ok"));
}

async function untilReply(port: number, command: string, isWanted: (reply: string) => boolean): Promise<void> {
  const giveUpAtMs = Date.now() + readyWithinMs;
  for (;;) {
    const reply = await ask(port, command);
    if (isWanted(reply)) return;
    if (Date.now() > giveUpAtMs) {
      throw new Error(`redis-server on port ${port} did not become ready within ${readyWithinMs} ms: ${reply}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

// An inline command over a bare socket, so that the kit needs no Redis client; "" when the server does not answer.
function ask(port: number, command: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`${command}\r\n`));
    const finish = (reply: string) => {
      socket.destroy();
      resolve(reply);
    };
    socket.once("data", (reply) => finish(reply.toString()));
    socket.once("error", () => finish(""));
    socket.setTimeout(1_000, () => finish(""));
  });
}

/** A port of the loopback interface that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
