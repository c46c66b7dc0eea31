import { type ChildProcess, spawn } from "node:child_process";
import { join, resolve } from "node:path";

const repositoryRoot = resolve(import.meta.dirname, "../..");
const endWithinMs = 10_000;

/** A process of ours (a main.ts with its arguments) that can be killed and started again as it was. */
export class NodeChild {
  readonly #script: string;
  readonly #args: readonly string[];
  #child: ChildProcess;

  constructor(script: string, args: readonly string[]) {
    this.#script = script;
    this.#args = args;
    this.#child = this.#spawn();
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Starts it again, after it has ended. */
  start(): void {
    this.#child = this.#spawn();
  }

  /** SIGTERM, and SIGKILL where that does not end it in ten seconds. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), endWithinMs);
    await this.#end("SIGTERM");
    clearTimeout(timer);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.hasEnded) return;
    const ended = new Promise<void>((resolveEnd) => this.#child.once("exit", () => resolveEnd()));
    this.#child.kill(signal);
    await ended;
  }

  #spawn(): ChildProcess {
    // CAPSTAN_DEBUG shows what the processes log.
    const output = process.env["CAPSTAN_DEBUG"] ? "inherit" : "ignore";
    const script = join(repositoryRoot, this.#script);
    return spawn(process.execPath, [script, ...this.#args], { stdio: ["ignore", output, output] });
  }
}
