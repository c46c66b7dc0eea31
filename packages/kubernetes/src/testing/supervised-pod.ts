import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Task } from "@capstan/core";
import { type CapturedOutputs, parseCaptured } from "../pod/captured-outputs.ts";
import { supervisorPlan } from "../pod/supervisor-plan.ts";

/** The machine's static busybox, if it has one: what the supervisor's scripts are written for. */
export const busyboxPath = ["/bin/busybox", "/usr/bin/busybox"].find((path) => existsSync(path));

const scripts = fileURLToPath(new URL("../pod/supervisor", import.meta.url));

export interface EndedContainer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What the supervisor left in the termination message. */
  readonly message: string;
  readonly captured: CapturedOutputs | undefined;
}

export interface StartedContainer {
  readonly process: ChildProcess;
  readonly ended: Promise<EndedContainer>;
  /** Resolves when the container has written the text to its stdout. */
  said(words: string): Promise<void>;
}

export interface SupervisedPodOptions {
  readonly port?: number;
  readonly token?: string;
  readonly isResultCaptured?: boolean;
  /** How often a request is tried, instead of for minutes. */
  readonly triesMax?: number;
}

/** The containers of a Pod as processes of this machine: the supervisor's own scripts and busybox, with a temporary folder for `/capstan`. */
export class SupervisedPod {
  readonly folder = mkdtempSync(join(tmpdir(), "capstan-pod-"));
  readonly #running = new Set<ChildProcess>();

  constructor(task: Task, options: SupervisedPodOptions = {}) {
    const { port = 1, token = "secret", isResultCaptured = false, triesMax = 90 } = options;
    for (const name of ["bin", "plan", "run", "inputs", "notes", "image"]) mkdirSync(this.at(name));
    const plan = supervisorPlan(task, { host: "127.0.0.1", port, token }, isResultCaptured);
    writeFileSync(this.at("plan/plan"), this.#moved(plan).replace(/TRIES_MAX=\d+/, `TRIES_MAX=${triesMax}`));
    copyFileSync(busyboxPath ?? "", this.at("image/busybox"));
    for (const name of ["supervise.sh", "install.sh"]) this.#place(name, join(this.at("image"), name));
  }

  at(path: string): string {
    return join(this.folder, path);
  }

  /** Runs a command as the main container of that name. */
  start(
    name: string,
    command: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): StartedContainer {
    const note = this.at(`notes/${name}`);
    if (!existsSync(note)) writeFileSync(note, "");
    if (!existsSync(this.at("bin/busybox"))) copyFileSync(busyboxPath ?? "", this.at("bin/busybox"));
    const script = this.at(`bin/supervise-${name}.sh`);
    this.#place("supervise.sh", script, note);
    return this.#spawn(["sh", script, name, ...command], note, environment);
  }

  /** Runs the init container. */
  install(): Promise<EndedContainer> {
    const note = this.at("notes/capstan");
    const script = this.at("bin/install-here.sh");
    writeFileSync(note, "");
    this.#place("install.sh", script, note);
    return this.#spawn(["sh", script, "install"], note, {}, this.at("image/busybox")).ended;
  }

  remove(): void {
    for (const process of this.#running) killGroup(process);
    rmSync(this.folder, { recursive: true, force: true });
  }

  #spawn(
    words: readonly string[],
    note: string,
    environment: Readonly<Record<string, string>>,
    busybox = this.at("bin/busybox"),
  ): StartedContainer {
    const process = spawn(busybox, words, { env: environment, stdio: "pipe", detached: true });
    this.#running.add(process);
    const [stdout, stderr] = [text(process.stdout), text(process.stderr)];
    const ended = (async () => {
      const [code] = (await once(process, "exit")) as [number | null];
      this.#running.delete(process);
      killGroup(process);
      const message = readFileSync(note, "utf8");
      return { code, stdout: await stdout, stderr: await stderr, message, captured: parseCaptured(message) };
    })();
    const said = async (words: string): Promise<void> => {
      let all = "";
      for (;;) {
        const [chunk] = (await once(process.stdout, "data")) as [Buffer];
        all += chunk.toString();
        if (all.includes(words)) return;
      }
    };
    return { process, ended, said };
  }

  /** A script, told of the places that stand in for those of a container. */
  #place(name: string, target: string, note = "/dev/null"): void {
    writeFileSync(
      target,
      this.#moved(readFileSync(join(scripts, name), "utf8")).replaceAll("/dev/termination-log", note),
    );
  }

  #moved(script: string): string {
    return script
      .replaceAll(/\/capstan\/(bin|plan|run|inputs|main)/g, `${this.folder}/$1`)
      .replaceAll("/capstan-supervisor", this.at("image"))
      .replaceAll("B=/bin/busybox", `B=${this.at("image/busybox")}`);
  }
}

/** With a container's first process everything in it ends. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody is left.
  }
}
