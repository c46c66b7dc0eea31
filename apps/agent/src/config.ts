import { availableParallelism, hostname } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Result } from "@capstan/core";
import type { RuntimeConfig, RuntimeName } from "./runtime/make-runtime.ts";

export interface AgentConfig extends RuntimeConfig {
  readonly redisUrl: string;
  readonly pool: string;
  readonly cluster: string;
  readonly concurrency: number;
  readonly labels: { readonly [key: string]: string };
  /** On shutdown, end the running tasks instead of leaving them to the agent's successor. */
  readonly killOnExit: boolean;
  readonly killGraceMs: number;
  /** A task of an agent that died is delivered again after this and half of it. */
  readonly leaseMs: number;
  readonly logLevel: string;
}

/** Tasks mostly wait (for networks, disks, sleeps), so a core carries several. */
const tasksPerCore = 8;

const options = {
  redis: { type: "string" },
  pool: { type: "string" },
  cluster: { type: "string" },
  runtime: { type: "string" },
  "state-dir": { type: "string" },
  concurrency: { type: "string" },
  "node-name": { type: "string" },
  path: { type: "string", multiple: true },
  images: { type: "string" },
  label: { type: "string", multiple: true },
  "kill-on-exit": { type: "boolean" },
  "kill-grace-seconds": { type: "string" },
  "lease-seconds": { type: "string" },
  "retention-hours": { type: "string" },
  "log-level": { type: "string" },
  help: { type: "boolean" },
} as const;

export const usage = `capstan agent: pulls tasks of a pool, runs them, reports.
  --redis URL               redis[s]://… (default redis://127.0.0.1:6379)
  --pool NAME               the pool to pull from (default "default")
  --runtime NAME            sandbox | process | noop (default sandbox)
  --state-dir DIR           run folders, logs, artifacts, volumes (default /var/lib/capstan/agent)
  --concurrency N           tasks at once (default ${tasksPerCore} a core)
  --node-name NAME          default: the host's name
  --cluster NAME            shown in lists of agents (default "local")
  --label KEY=VALUE         shown in lists of agents; may be repeated
  --path DIR                put on PATH of every task; may be repeated
  --images FILE             more entrypoints of images, JSON: [{"image", "entrypoint", "cmd"}]
  --kill-on-exit            end running tasks on shutdown instead of leaving them to a successor
  --kill-grace-seconds N    between SIGTERM and SIGKILL, unless the template says (default 30)
  --lease-seconds N         a dead agent's tasks go to another after 1.5 times this (default 30)
  --retention-hours N       how long logs of ended tasks stay (default 24)
  --log-level LEVEL         trace … fatal, silent (default info)
Each may be given as a variable: CAPSTAN_REDIS, CAPSTAN_STATE_DIR, … (lists separated by commas).`;

/** Reads flags, then variables, then defaults; the error names the flag. "help" when usage was asked for. */
export function readConfig(args: readonly string[], variables: NodeJS.ProcessEnv): Result<AgentConfig> | "help" {
  let values: Record<string, string | boolean | string[] | undefined>;
  try {
    values = parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
  if (values["help"] === true) return "help";
  const fromVariable = (flag: string): string | undefined =>
    variables[`CAPSTAN_${flag.toUpperCase().replaceAll("-", "_")}`];
  const text = (flag: string): string | undefined => {
    const value = values[flag];
    return typeof value === "string" ? value : fromVariable(flag);
  };
  const list = (flag: string): readonly string[] => {
    const value = values[flag];
    return Array.isArray(value)
      ? value
      : (fromVariable(flag)
          ?.split(",")
          .filter((one) => one !== "") ?? []);
  };
  const numbers = new Map<string, number>();
  for (const [flag, fallback, least] of [
    ["concurrency", tasksPerCore * availableParallelism(), 1],
    ["kill-grace-seconds", 30, 0],
    ["lease-seconds", 30, 1],
    ["retention-hours", 24, 0],
  ] as const) {
    const value = text(flag) === undefined ? fallback : Number(text(flag));
    if (!Number.isFinite(value) || value < least)
      return { ok: false, error: `--${flag} takes a number from ${least} up, not "${text(flag)}"` };
    numbers.set(flag, value);
  }
  const runtime = text("runtime") ?? "sandbox";
  if (!isRuntimeName(runtime)) return { ok: false, error: `--runtime is sandbox, process or noop, not "${runtime}"` };
  const imagesFile = text("images");
  return {
    ok: true,
    value: {
      redisUrl: text("redis") ?? "redis://127.0.0.1:6379",
      pool: text("pool") ?? "default",
      cluster: text("cluster") ?? "local",
      runtime,
      stateFolder: text("state-dir") ?? join("/var/lib", "capstan", "agent"),
      concurrency: Math.trunc(numbers.get("concurrency") ?? 1),
      nodeName: text("node-name") ?? hostname(),
      paths: list("path"),
      labels: Object.fromEntries(list("label").map((label) => splitLabel(label))),
      killOnExit: values["kill-on-exit"] === true || fromVariable("kill-on-exit") === "true",
      killGraceMs: (numbers.get("kill-grace-seconds") ?? 30) * 1_000,
      leaseMs: (numbers.get("lease-seconds") ?? 30) * 1_000,
      retentionMs: (numbers.get("retention-hours") ?? 24) * 3_600_000,
      logLevel: text("log-level") ?? "info",
      ...(imagesFile === undefined ? {} : { imagesFile }),
    },
  };
}

function isRuntimeName(name: string): name is RuntimeName {
  return name === "sandbox" || name === "process" || name === "noop";
}

function splitLabel(label: string): readonly [string, string] {
  const equals = label.indexOf("=");
  return equals < 0 ? [label, ""] : [label.slice(0, equals), label.slice(equals + 1)];
}
