import { spawn } from "node:child_process";
import type { Logger } from "../../logger.ts";

const gatherMs = 300;
const pathsPerRunMax = 500;

/** Removes folders in the background, many with one program: cheaper than one by one while tasks start and end. */
export class Janitor {
  readonly #logger: Logger;
  #paths: string[] = [];
  #running: Promise<void> | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  remove(paths: readonly string[]): void {
    this.#paths.push(...paths);
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined;
    });
  }

  /** Resolves when all that was asked for is gone. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #work(): Promise<void> {
    while (this.#paths.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, gatherMs));
      const batch = this.#paths.splice(0, pathsPerRunMax);
      if ((await rm(batch)) === 0) continue;
      // An overlay's work folder may not be entered even by its owner, who is not root in a user namespace.
      await run("chmod", ["-R", "u+rwX", "--", ...batch]);
      if ((await rm(batch)) !== 0)
        this.#logger.warn({ paths: batch.length }, "work files of ended tasks could not all be removed");
    }
  }
}

function rm(paths: readonly string[]): Promise<number> {
  return run("rm", ["-rf", "--one-file-system", "--", ...paths]);
}

function run(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: "ignore" });
    child.once("error", () => resolve(127));
    child.once("exit", (code) => resolve(code ?? 128));
  });
}
