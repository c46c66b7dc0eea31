import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { badInput, CliError } from "../cli-error.ts";
import { isPortFree } from "../embedded/free-port.ts";
import { requireRedisServer } from "../embedded/redis.ts";
import { lockStateDir } from "../embedded/state-lock.ts";
import { onStopSignals } from "../embedded/stop-signals.ts";
import { startEmbedded } from "../embedded/system.ts";
import { type CommandContext, repeated } from "./command-context.ts";
import { embeddedShards, runtimeOption } from "./run.ts";

interface DevFlags {
  readonly port: string;
  readonly stateDir: string;
  readonly path: readonly string[];
  readonly runtime: string;
  readonly concurrency?: string;
}

const defaultPort = 2746;

/** `capstan dev`: the whole system, kept running; its state outlives it. */
export function registerDev(program: Command, context: CommandContext): void {
  program
    .command("dev")
    .description("start the whole system on this machine and keep it running; use it from a second terminal")
    .option("--port <n>", "of the HTTP API", String(defaultPort))
    .option("--state-dir <dir>", "what runs is kept here", join(homedir(), ".capstan", "dev"))
    .option("--path <dir>", "a folder where steps find their commands; may be repeated", repeated, [])
    .addOption(runtimeOption())
    .option("--concurrency <n>", "how many steps run at once")
    .action((flags: DevFlags) => dev(context, flags));
}

async function dev({ terminal }: CommandContext, flags: DevFlags): Promise<void> {
  const port = Number(flags.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw badInput(`--port takes a port, not ${JSON.stringify(flags.port)}`);
  if (!(await isPortFree(port))) {
    throw new CliError(`port ${port} is taken`, {
      hint: "Is `capstan dev` running already? Then use it; else choose another with --port.",
    });
  }
  const redisCommand = requireRedisServer();
  const stateDir = resolve(flags.stateDir);
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const unlock = lockStateDir(stateDir);
  const stopping = new AbortController();
  const signals = onStopSignals((count) => {
    // Asked a third time, somebody is in a hurry: the watchdog clears up.
    if (count > 2) process.exit(130);
    stopping.abort();
  });
  try {
    const system = await startEmbedded({
      ...{ stateDir, redisCommand },
      temporary: false,
      runtime: flags.runtime,
      port,
      shards: embeddedShards,
      paths: flags.path.map((path) => resolve(path)),
      ...(flags.concurrency !== undefined && { concurrency: Number(flags.concurrency) }),
      signal: stopping.signal,
    });
    try {
      if (!stopping.signal.aborted) {
        terminal.print([
          `Capstan runs at ${terminal.outPalette.bold(system.url)}  (open it in a browser; state in ${stateDir})`,
          port === defaultPort
            ? "In a second terminal: capstan submit FILE --watch"
            : `In a second terminal: CAPSTAN_SERVER=${system.url} capstan submit FILE --watch`,
          terminal.outPalette.dim("Ctrl-C ends it; workflows go on when it is started again."),
        ]);
        await Promise.race([aborted(stopping.signal), system.failure]);
      }
    } finally {
      await system.stop();
    }
  } finally {
    signals.dispose();
    unlock();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  // A timer keeps the process alive while it waits: signals alone do not.
  const timer = setInterval(() => {}, 3_600_000);
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => {
      clearInterval(timer);
      resolve();
    });
  });
}
