import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { objectAt } from "@capstan/core";
import type { Logger } from "../../logger.ts";
import { localLimits } from "./local-limits.ts";
import { shellQuote } from "./shell-quote.ts";
import type { TaskPlan } from "./task-plan.ts";

interface Amounts {
  readonly memoryBytes: number | undefined;
  readonly cpus: number | undefined;
}

const root = "/sys/fs/cgroup";

/** Limits of processes, memory and CPU by control groups, version 1 or 2, as far as this machine lets us; the rest is left out with one warning. */
export class ResourceLimits {
  readonly #logger: Logger;
  #warned = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Makes the task's groups; returns the shell lines with which its supervisor joins them. */
  apply(taskId: string, plan: TaskPlan): readonly string[] {
    const amounts = totalLimits(plan);
    const wanted: (readonly [
      controller: string,
      version1: readonly [string, string][],
      version2: readonly [string, string][],
    ])[] = [
      ["pids", [["pids.max", String(localLimits.processesMax)]], [["pids.max", String(localLimits.processesMax)]]],
    ];
    if (amounts.memoryBytes !== undefined) {
      const bytes = String(amounts.memoryBytes);
      wanted.push([
        "memory",
        [["memory.limit_in_bytes", bytes]],
        [
          ["memory.max", bytes],
          ["memory.swap.max", "0"],
        ],
      ]);
    }
    if (amounts.cpus !== undefined) {
      const quota = String(Math.max(1_000, Math.round(amounts.cpus * 100_000)));
      wanted.push([
        "cpu",
        [
          ["cpu.cfs_period_us", "100000"],
          ["cpu.cfs_quota_us", quota],
        ],
        [["cpu.max", `${quota} 100000`]],
      ]);
    }
    const joined = new Set<string>();
    for (const [controller, version1, version2] of wanted) {
      const isVersion1 = existsSync(join(root, controller));
      const folder = join(isVersion1 ? join(root, controller) : root, groupName(taskId));
      if (tryLimit(folder, isVersion1 ? version1 : version2)) joined.add(folder);
      else this.#warn(controller);
    }
    return [...joined].map((folder) => `{ echo $$ > ${shellQuote(join(folder, "cgroup.procs"))}; } 2> /dev/null`);
  }

  /** Did the kernel kill something of the task for its memory? */
  ranOutOfMemory(taskId: string): boolean {
    const files = [
      join(root, "memory", groupName(taskId), "memory.oom_control"),
      join(root, groupName(taskId), "memory.events"),
    ];
    return files.some((file) => /^oom_kill [1-9]/m.test(readQuietly(file)));
  }

  /** Removes the groups; they are empty once everything of the task is gone. */
  remove(taskId: string): void {
    for (const folder of ["pids", "memory", "cpu", ""]) {
      try {
        rmdirSync(join(root, folder, groupName(taskId)));
      } catch {
        // Never made, or still held by a process that is dying: an empty group costs next to nothing.
      }
    }
  }

  #warn(controller: string): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#logger.warn(
      { controller },
      "this machine does not let the agent make control groups: resource limits are ignored",
    );
  }
}

/** The containers of a task run side by side, so what they may use adds up; without a limit of one there is none of all. */
function totalLimits(plan: TaskPlan): Amounts {
  const beside = plan.containers.filter(({ kind }) => kind !== "init");
  const sum = (resource: string, parse: (text: string) => number): number | undefined => {
    const limits = beside.map(({ resources }) => objectAt(resources, "limits")?.[resource]);
    if (limits.length === 0 || limits.some((limit) => limit === undefined)) return undefined;
    const total = limits.reduce((all: number, limit) => all + parse(String(limit)), 0);
    return Number.isFinite(total) && total > 0 ? total : undefined;
  };
  return { memoryBytes: sum("memory", parseQuantity), cpus: sum("cpu", parseQuantity) };
}

const suffixes: Readonly<Record<string, number>> = {
  "": 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** A Kubernetes quantity (500m, 64Mi, 1e3) as a number; NaN for what is none. */
export function parseQuantity(text: string): number {
  const [, amount, suffix = ""] = /^([0-9.]+(?:[eE][+-]?[0-9]+)?)([A-Za-z]*)$/.exec(text.trim()) ?? [];
  return amount === undefined ? Number.NaN : Number(amount) * (suffixes[suffix] ?? Number.NaN);
}

function tryLimit(folder: string, settings: readonly (readonly [string, string])[]): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    for (const [file, value] of settings) writeFileSync(join(folder, file), value, { flag: "r+" });
    return true;
  } catch {
    return false;
  }
}

function groupName(taskId: string): string {
  return `capstan-${createHash("sha256").update(taskId).digest("hex").slice(0, 24)}`;
}

function readQuietly(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
