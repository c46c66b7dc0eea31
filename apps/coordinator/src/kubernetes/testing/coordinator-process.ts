import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const main = join(import.meta.dirname, "..", "..", "main.ts");

/** A coordinator in a process of its own, that can be killed at any moment. */
export class CoordinatorProcess {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** Resolves when it is ready; rejects with what it said when it ends before. */
  static async start(options: {
    readonly redisUrl: string;
    readonly kubeconfig: string;
    readonly ownerId: string;
  }): Promise<CoordinatorProcess> {
    const { redisUrl, kubeconfig, ownerId } = options;
    const settings = ["--redis", redisUrl, "--port", "0", "--shards", "4", "--owner-id", ownerId];
    const child = spawn(process.execPath, [main, ...settings, "--kubernetes", "--kubeconfig", kubeconfig], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said: string[] = [];
    child.stderr.on("data", (chunk: Buffer) => said.push(chunk.toString()));
    const lines = createInterface({ input: child.stdout });
    const url = await new Promise<string>((resolve, reject) => {
      lines.on("line", (line) => {
        said.push(line);
        const { msg, url: address } = JSON.parse(line) as { readonly msg?: string; readonly url?: string };
        if (msg === "coordinator ready" && address !== undefined) resolve(address);
      });
      child.once("exit", (code) => reject(new Error(`the coordinator ended with ${code}: ${said.join("\n")}`)));
    });
    return new CoordinatorProcess(child, url);
  }

  /** As a machine that loses power does: nothing is handed over. */
  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  stop(): Promise<void> {
    return this.#end("SIGTERM");
  }

  async call(
    method: string,
    path: string,
    body: unknown = {},
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      ...(method === "GET" || method === "DELETE" ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  }

  async #end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill(signal);
    await ended;
  }
}
