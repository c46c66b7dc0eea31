import { spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Result, Task } from "@capstan/core";
import type { Bind, Launcher } from "../local/launcher.ts";
import { localLimits } from "../local/local-limits.ts";
import { collectFunction } from "../local/output-collection.ts";
import { shellQuote } from "../local/shell-quote.ts";
import type { TaskDirectory } from "../local/task-directory.ts";
import type { ContainerPlan, TaskPlan } from "../local/task-plan.ts";
import { layOutRoot, makeSkeleton, type SandboxMode } from "./sandbox-root.ts";

export interface SandboxLauncherOptions {
  readonly stateFolder: string;
  readonly libraryFolder: string;
  /** Host folders that a container sees at paths of its own (the stand-ins, `--path`). */
  readonly binds: readonly Bind[];
}

/** What Docker leaves to root in a container, without chroot and mknod: those two would lead out of ours. */
const capabilities =
  "chown,dac_override,fowner,fsetid,kill,setgid,setuid,setpcap,net_bind_service,net_raw,audit_write,setfcap";

/** Runs containers in namespaces of their own (mount, PID, IPC, UTS) over a copy-on-write view of the host's files. */
export class SandboxLauncher implements Launcher {
  readonly name = "sandbox";
  readonly killSign = "";
  readonly workFiles = ["layers", "prepared", "root", "fstab", "enter.sh", "container.sh"];
  readonly #options: SandboxLauncherOptions;
  #mode: SandboxMode | undefined;

  constructor(options: SandboxLauncherOptions) {
    this.#options = options;
  }

  get enterBody(): string {
    return enterLine(this.#modeFound.userNamespace);
  }

  /** Finds a way to make sandboxes here by making one; root's way first, the upper layer on disk first. */
  async check(): Promise<Result<void>> {
    if (this.#mode !== undefined) return { ok: true, value: undefined };
    if (process.platform !== "linux") return refusal(`this is ${process.platform}, and namespaces are Linux's`);
    makeSkeleton(this.#skeleton);
    const setpriv = (await attempt("/usr/bin/setpriv --version")) === undefined;
    const errors: string[] = [];
    for (const mode of modes(setpriv)) {
      const error = await this.#try(mode);
      if (error === undefined) {
        this.#mode = mode;
        return { ok: true, value: undefined };
      }
      errors.push(error);
    }
    return refusal([...new Set(errors)].join("; "));
  }

  prepare(
    task: Task,
    plan: TaskPlan,
    container: ContainerPlan,
    binds: readonly Bind[],
    directory: TaskDirectory,
  ): void {
    const folder = directory.container(container.name);
    const mode = this.#modeFound;
    this.#writeContainer(folder, mode, [...this.#options.binds, ...binds], {
      hostname: plan.hostname,
      terminals: container.tty,
      retries: container.retries,
      retryDelaySeconds: container.retryDelaySeconds,
      collect:
        container.name === plan.outputContainer ? collectFunction(task, plan, (path) => path) : "collect() { :; }\n",
    });
    writeFileSync(join(folder, "enter.sh"), entryScript(container, mode.setpriv && !container.privileged));
  }

  get #skeleton(): string {
    return join(this.#options.stateFolder, "skeleton");
  }

  get #modeFound(): SandboxMode {
    if (this.#mode === undefined) throw new Error("the sandbox was not checked before its first task");
    return this.#mode;
  }

  #writeContainer(
    folder: string,
    mode: SandboxMode,
    binds: readonly Bind[],
    settings: {
      readonly hostname: string;
      readonly terminals: boolean;
      readonly retries: number;
      readonly retryDelaySeconds: number;
      readonly collect: string;
    },
  ): void {
    const root = join(folder, "root");
    const layers = join(folder, "layers");
    const prepared = mode.upperInMemory ? join(folder, "prepared") : layers;
    const { stateFolder } = this.#options;
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "fstab"),
      layOutRoot(
        { root, layers, prepared, stateFolder, skeleton: this.#skeleton, terminals: settings.terminals },
        binds,
        mode,
      ),
    );
    const lines = [
      `ROOT=${shellQuote(root)} POD_HOSTNAME=${shellQuote(settings.hostname)}`,
      `RETRIES=${settings.retries} RETRY_DELAY=${settings.retryDelaySeconds}`,
      `TMPFS_SIZE=${mode.upperInMemory ? localLimits.upperTmpfsBytesMax : ""}`,
      `PROCESSES_MAX=${localLimits.processesMax}`,
      settings.collect,
    ];
    writeFileSync(join(folder, "container.sh"), lines.join("\n"));
  }

  /** Runs `true` in a sandbox; the error, if there is one. */
  async #try(mode: SandboxMode): Promise<string | undefined> {
    const trial = join(this.#options.stateFolder, `trial-${process.pid}`);
    rmSync(trial, { recursive: true, force: true });
    const folder = join(trial, "c", "main");
    try {
      this.#writeContainer(folder, mode, this.#options.binds, {
        hostname: "trial",
        terminals: false,
        retries: 0,
        retryDelaySeconds: 0,
        collect: "collect() { :; }\n",
      });
      writeFileSync(
        join(folder, "enter.sh"),
        `exec ${dropCapabilities(mode.setpriv)}/bin/sh -c 'touch /usr/capstan-trial && : > /dev/null' 9<&-\n`,
      );
      const environment = `LIB=${shellQuote(this.#options.libraryFolder)} TASK=${shellQuote(trial)}`;
      const failed = await attempt(
        `${environment}; enter() { ${enterLine(mode.userNamespace)}; }; enter main || { cat ${shellQuote(`${folder}/setup-error`)} >&2; exit 1; }`,
      );
      return failed;
    } catch (error) {
      return String(error);
    } finally {
      // The overlay leaves folders there that even their owner may not enter.
      await attempt(`chmod -R u+rwX ${shellQuote(trial)}; rm -rf ${shellQuote(trial)}`);
    }
  }
}

/** From the best to the least. */
function modes(setpriv: boolean): readonly SandboxMode[] {
  const found: SandboxMode[] = [];
  for (const userNamespace of process.getuid?.() === 0 ? [false, true] : [true])
    for (const freshProc of [true, false])
      for (const upperInMemory of [false, true]) found.push({ userNamespace, upperInMemory, freshProc, setpriv });
  return found;
}

function enterLine(userNamespace: boolean): string {
  const flags = userNamespace ? "--user --map-root-user " : "";
  return `unshare ${flags}--mount --pid --ipc --uts --fork --kill-child sh "$LIB/init.sh" "$LIB" "$TASK" "$1"`;
}

function refusal(reason: string): Result<void> {
  return {
    ok: false,
    error: `this machine does not let the agent make sandboxes (${reason}). Allow user namespaces or run as root; or start the agent with --runtime process, which runs tasks without isolation.`,
  };
}

function dropCapabilities(setpriv: boolean): string {
  const kept = capabilities
    .split(",")
    .map((name) => `+${name}`)
    .join(",");
  return setpriv ? `/usr/bin/setpriv --inh-caps=-all --bounding-set=-all,${kept} -- ` : "";
}

/** What runs inside the container's root: goes to the working directory, takes the environment, becomes the command. */
function entryScript(container: ContainerPlan, dropRights: boolean): string {
  const folder = shellQuote(container.workingDir ?? "/");
  const variables = [...container.environment];
  const areNames = variables.every(([name]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  const assigned = variables.map(([name, value]) => shellQuote(`${name}=${value}`));
  const become = `exec ${dropCapabilities(dropRights)}`;
  const command = `${container.argv.map(shellQuote).join(" ")} 9<&-`;
  return [
    `cd ${folder} 2> /dev/null || { mkdir -p ${folder} && cd ${folder}; } || exit 126`,
    // One program less to start where the shell can export the names itself; it began with next to no environment.
    ...(areNames
      ? [
          "unset CAPSTAN_TASK OLDPWD PWD",
          ...variables.map(([name, value]) => `export ${name}=${shellQuote(value)}`),
          `${become}${command}`,
        ]
      : [`${become}env -i ${assigned.join(" ")} ${command}`]),
    "",
  ].join("\n");
}

/** Runs a line of shell; undefined when it succeeds, else what it wrote to stderr. */
function attempt(line: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn("sh", ["-c", line], { stdio: ["ignore", "ignore", "pipe"] });
    let text = "";
    child.stderr.on("data", (chunk: Buffer) => {
      if (text.length < 2_000) text += chunk.toString();
    });
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code) =>
      resolve(code === 0 ? undefined : text.trim().replaceAll("\n", ", ") || `exit code ${code}`),
    );
  });
}
