import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { CliError } from "../cli-error.ts";

/** A process of the embedded system; its output goes to a file. */
export class Child {
  readonly name: string;
  readonly logFile: string;
  /** Resolves when the process has ended, however that came about. */
  readonly ended: Promise<void>;
  readonly #process: ChildProcess;
  #startError: Error | undefined;
  #hasEnded = false;

  private constructor(name: string, logFile: string, process: ChildProcess) {
    this.name = name;
    this.logFile = logFile;
    this.#process = process;
    this.ended = new Promise((resolve) => {
      const end = (error?: Error) => {
        this.#startError = error;
        this.#hasEnded = true;
        resolve();
      };
      process.once("exit", () => end());
      process.once("error", end);
    });
  }

  /** Starts a program in a process group of its own: Ctrl-C in the terminal is for the command alone to hear. */
  static start(name: string, logFile: string, command: string, args: readonly string[], env = process.env): Child {
    const log = openSync(logFile, "a", 0o600);
    try {
      return new Child(name, logFile, spawn(command, args, { detached: true, stdio: ["ignore", log, log], env }));
    } finally {
      closeSync(log);
    }
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** SIGTERM, then SIGKILL to the whole group. Idempotent. */
  async stop(graceMs: number): Promise<void> {
    if (this.#hasEnded) return;
    this.#process.kill("SIGTERM");
    const timer = setTimeout(() => this.#killGroup(), graceMs);
    await this.ended;
    clearTimeout(timer);
  }

  /** Why the process is gone, with the end of its log. */
  failure(): CliError {
    if (this.#startError !== undefined) return new CliError(`${this.name} did not start: ${this.#startError.message}`);
    const { exitCode, signalCode } = this.#process;
    const how = signalCode === null ? `exit code ${exitCode}` : `signal ${signalCode}`;
    const last = lastLines(this.logFile);
    return new CliError(`the ${this.name} ended (${how})${last === "" ? "" : `:\n${last}`}`);
  }

  #killGroup(): void {
    try {
      if (this.#process.pid !== undefined) process.kill(-this.#process.pid, "SIGKILL");
    } catch {
      this.#process.kill("SIGKILL");
    }
  }
}

const linesShown = 8;

/** The end of a log; lines of pino's JSON become their messages. */
function lastLines(file: string): string {
  let text = "";
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return "";
  }
  // The frames of a stack would push out the line that says what happened.
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !/^\s+at /.test(line));
  return lines
    .slice(-linesShown)
    .map((line) => `  ${messageOf(line)}`)
    .join("\n")
    .trimEnd();
}

function messageOf(line: string): string {
  if (!line.startsWith("{")) return line;
  try {
    const entry = JSON.parse(line) as {
      readonly msg?: string;
      readonly error?: string;
      readonly err?: { message?: string };
    };
    const error = entry.error ?? entry.err?.message;
    return [entry.msg, error].filter((part) => part !== undefined && part !== "").join(": ") || line;
  } catch {
    return line;
  }
}
