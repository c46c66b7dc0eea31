import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Result, Task } from "@capstan/core";
import type { Logger } from "../../logger.ts";
import type { Bind, Launcher } from "../local/launcher.ts";
import { collectFunction } from "../local/output-collection.ts";
import { shellQuote } from "../local/shell-quote.ts";
import type { TaskDirectory } from "../local/task-directory.ts";
import type { ContainerPlan, TaskPlan } from "../local/task-plan.ts";

/**
 * Runs containers as plain process groups: no isolation, the host's files as they are. Paths that the manifest names (mounts,
 * artifacts, output files, the script) are led to a folder of the task's own, by rewriting them where the manifest uses them.
 */
export class ProcessLauncher implements Launcher {
  readonly name = "process";
  readonly killSign = "-";
  readonly enterBody = 'setsid --wait sh "$LIB/init.sh" "$LIB" "$TASK" "$1"';
  readonly workFiles = ["root", "enter.sh", "container.sh"];
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  async check(): Promise<Result<void>> {
    if (!existsSync("/proc/self/stat"))
      return { ok: false, error: `--runtime process needs /proc, which ${process.platform} does not have` };
    this.#logger.warn(
      {},
      "runtime process: tasks run without isolation and see the host's files; absolute paths are rewritten where the manifest names them",
    );
    return { ok: true, value: undefined };
  }

  prepare(
    task: Task,
    plan: TaskPlan,
    container: ContainerPlan,
    binds: readonly Bind[],
    directory: TaskDirectory,
  ): void {
    const folder = directory.container(container.name);
    const root = join(folder, "root");
    const work = join(root, "work");
    mkdirSync(work, { recursive: true });
    for (const { source, target } of binds) linkInto(root, target, source);
    const ownPaths = [
      ...binds.map(({ target }) => target),
      ...plan.outputParameterPaths,
      ...plan.outputArtifacts.flatMap(({ path }) => path ?? []),
    ];
    const rewrite = pathRewriter(ownPaths, root);
    for (const path of ownPaths) mkdirSync(dirname(rewrite(path)), { recursive: true });
    // The script is shared by the task's containers, so it is rewritten once, in its own copy.
    if (plan.scriptSource !== undefined && container.kind === "main")
      writeFileSync(directory.at("argo", "staging", "script"), rewrite(plan.scriptSource), { mode: 0o755 });
    const variables = [...container.environment].map(([name, value]) =>
      shellQuote(`${name}=${name.startsWith("ARGO_") && name !== "ARGO_PROGRESS_FILE" ? value : rewrite(value)}`),
    );
    const workingDir = shellQuote(container.workingDir === undefined ? work : join(root, container.workingDir));
    const lines = [
      `RETRIES=${container.retries} RETRY_DELAY=${container.retryDelaySeconds}`,
      container.name === plan.outputContainer ? collectFunction(task, plan, rewrite) : "collect() { :; }\n",
    ];
    writeFileSync(join(folder, "container.sh"), lines.join("\n"));
    const argv = container.argv.map((word) => shellQuote(rewrite(word))).join(" ");
    const own = [`TMPDIR=${root}/tmp`, `CAPSTAN_ROOT=${root}`].map(shellQuote).join(" ");
    mkdirSync(join(root, "tmp"), { recursive: true });
    writeFileSync(
      join(folder, "enter.sh"),
      `mkdir -p ${workingDir} && cd ${workingDir} || exit 126\nexec env -i ${own} ${variables.join(" ")} ${argv}\n`,
    );
  }
}

/** A mount without mounting: a symbolic link below the task's own root. */
function linkInto(root: string, target: string, source: string): void {
  const path = join(root, target);
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { recursive: true, force: true });
  symlinkSync(source, path);
}

/** Replaces the given absolute paths, longest first, where they stand as whole path prefixes. */
export function pathRewriter(paths: readonly string[], root: string): (text: string) => string {
  const known = [...new Set(paths.map((path) => path.replace(/\/+$/, "")))].filter((path) => path.length > 1);
  if (known.length === 0) return (text) => text;
  known.sort((left, right) => right.length - left.length);
  const pattern = new RegExp(`(?<![\\w./-])(${known.map(escapePattern).join("|")})(?![\\w.-])`, "g");
  return (text) => text.replace(pattern, (path) => root + path);
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
