import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import type { Clock, PodSnapshot, Runtime } from "@capstan/core";
import type { TaskArtifacts } from "../artifacts/task-artifacts.ts";
import type { Logger } from "../logger.ts";
import { knownImages } from "./local/image-table.ts";
import type { Bind, Launcher } from "./local/launcher.ts";
import { installLibrary } from "./local/library.ts";
import { LocalRuntime } from "./local/local-runtime.ts";
import { readImages } from "./local/read-images.ts";
import { NoopRuntime } from "./noop/noop-runtime.ts";
import { ProcessLauncher } from "./process/process-launcher.ts";
import { SandboxLauncher } from "./sandbox/sandbox-launcher.ts";

export type RuntimeName = "sandbox" | "process" | "noop";

export interface RuntimeConfig {
  readonly runtime: RuntimeName;
  readonly stateFolder: string;
  readonly nodeName: string;
  /** Folders of the host that are put on PATH inside. */
  readonly paths: readonly string[];
  /** A JSON file with more entries for the image table; they go before our own. */
  readonly imagesFile?: string;
  readonly retentionMs?: number;
}

/** A runtime of this machine, with what only its agent needs. */
export interface LocallyLoggedRuntime extends Runtime {
  /** Is the task's log here? */
  hasLogs(taskId: string): boolean;
  /** The task's Pod, or that it has none; undefined when this agent knows nothing of either. Absent where no task has a Pod. */
  pod?(taskId: string): Promise<PodSnapshot | undefined>;
  collectGarbage(): Promise<void>;
  /** Stops watching tasks; the tasks go on. */
  close(): void;
}

const standardPath = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** Builds the runtime of that name; `check` says whether this machine can run it. */
export function makeRuntime(
  config: RuntimeConfig,
  artifacts: TaskArtifacts,
  clock: Clock,
  logger: Logger,
): LocallyLoggedRuntime {
  if (config.runtime === "noop") return new NoopRuntime(clock, config.nodeName);
  mkdirSync(config.stateFolder, { recursive: true });
  const stateFolder = realpathSync(config.stateFolder);
  const isSandbox = config.runtime === "sandbox";
  const libraryFolder = installLibrary(stateFolder, [
    join(import.meta.dirname, "local", "shell"),
    join(import.meta.dirname, config.runtime, "init.sh"),
  ]);
  const standIns = join(libraryFolder, "bin");
  const userPaths = config.paths.map((path) => resolve(path)).filter((path) => existsSync(path));
  // Inside a sandbox the folders are bound to places of their own: /tmp and the state folder are not the host's there.
  const binds: readonly Bind[] = [...userPaths, standIns].map((source, index) => ({
    source,
    target: source === standIns ? "/capstan/bin" : `/capstan/path/${index}`,
    readOnly: true,
  }));
  const inside = (source: string): string =>
    isSandbox ? (binds.find((bind) => bind.source === source)?.target ?? source) : source;
  const hostPath = (process.env["PATH"] ?? "").split(delimiter).filter((path) => path.startsWith("/"));
  const path = [...userPaths.map(inside), ...standardPath, ...hostPath, inside(standIns)];
  const launcher: Launcher = isSandbox
    ? new SandboxLauncher({ stateFolder, libraryFolder, binds })
    : new ProcessLauncher(logger);
  return new LocalRuntime({
    launcher,
    stateFolder,
    libraryFolder,
    node: { nodeName: config.nodeName, podIP: "127.0.0.1", path: [...new Set(path)].join(":") },
    images: [...readImages(config.imagesFile), ...knownImages],
    artifacts,
    clock,
    logger,
    ...(config.retentionMs === undefined ? {} : { retentionMs: config.retentionMs }),
  });
}
