import type { Outputs } from "@capstan/core";
import type { WorkflowApi } from "../client/workflow-api.ts";
import { LineLog } from "../render/line-log.ts";
import { LiveScreen } from "../render/live-screen.ts";
import { renderOutputs } from "../render/outputs.ts";
import { WorkflowView } from "../render/workflow-view.ts";
import type { Terminal } from "../terminal.ts";
import { followWorkflow } from "../workflow-watch.ts";
import { failedLogs } from "./failed-logs.ts";
import { resumeCommand } from "./resume-command.ts";
import { streamLogs } from "./stream-logs.ts";

export interface SessionOptions {
  /** Progress goes here; results go to `out`. */
  readonly progress: "out" | "err";
  /** Logs of the pods among the progress. */
  readonly log: boolean;
}

/** Shows how some workflows go, until all have ended or the signal aborts. */
export class WatchSession {
  readonly views: readonly WorkflowView[];
  readonly #api: WorkflowApi;
  readonly #names: readonly string[];
  readonly #terminal: Terminal;
  readonly #options: SessionOptions;
  readonly #suspended = new Set<string>();
  #screen: LiveScreen | undefined;

  constructor(api: WorkflowApi, names: readonly string[], terminal: Terminal, options: SessionOptions) {
    this.#api = api;
    this.#names = names;
    this.#terminal = terminal;
    this.#options = options;
    this.views = names.map(() => new WorkflowView());
  }

  async run(signal: AbortSignal): Promise<void> {
    const stream = this.#options.progress === "out" ? this.#terminal.out : this.#terminal.err;
    const palette = this.#options.progress === "out" ? this.#terminal.outPalette : this.#terminal.errPalette;
    const isLive = stream.isTTY === true && !isSet("CI") && process.env["TERM"] !== "dumb" && !this.#options.log;
    if (isLive) {
      this.#screen = new LiveScreen(stream, palette, this.views);
      this.#screen.start();
    }
    const say = this.#options.progress === "out" ? this.#terminal.print : this.#terminal.inform;
    const ended = new AbortController();
    const logging = this.#options.log ? this.#streamLogs(say, AbortSignal.any([signal, ended.signal])) : [];
    try {
      await Promise.all(
        this.#names.map((name, index) => {
          const log = new LineLog(palette);
          const view = this.views[index] ?? new WorkflowView();
          return followWorkflow(this.#api, name, view, signal, (event) => {
            if (this.#screen === undefined) say(log.lines(event, view, Date.now()));
            else this.#screen.changed();
            this.#sayHowToResume(name, view);
          });
        }),
      );
      // Logs of pods end a moment after the workflow; they are not waited for longer than that.
      await Promise.race([Promise.all(logging), new Promise((resolve) => setTimeout(resolve, logTailMs))]);
    } finally {
      ended.abort();
      this.#screen?.close();
    }
  }

  /** Once each time that a workflow begins to wait for somebody. */
  #sayHowToResume(name: string, view: WorkflowView): void {
    if (this.#suspended.has(name) === view.isSuspended) return;
    if (view.isSuspended) this.#suspended.add(name);
    else this.#suspended.delete(name);
    const [first] = this.#suspended;
    const hint = first === undefined ? "" : `suspended; to go on: ${resumeCommand(this.#api, first)}`;
    if (this.#screen !== undefined) this.#screen.setHint(hint);
    else if (view.isSuspended) this.#terminal.inform(hint);
  }

  /** A word to the user that the tree does not wipe out. */
  notice(text: string): void {
    if (this.#screen !== undefined) this.#screen.setFooter(text);
    else this.#terminal.inform(text);
  }

  /** Says among the progress why workflows failed, for whoever has not seen their logs already. */
  async explainFailures(): Promise<void> {
    if (this.#options.log) return;
    const isOut = this.#options.progress === "out";
    const palette = isOut ? this.#terminal.outPalette : this.#terminal.errPalette;
    const say = isOut ? this.#terminal.print : this.#terminal.inform;
    for (const view of this.views) say(await failedLogs(this.#api, view, palette));
  }

  /** Prints what the workflows leave. */
  printOutputs(): void {
    for (const view of this.views) {
      const root = view.nodes.find((node) => node.id === view.name);
      const global: Outputs | undefined = view.header?.outputs;
      this.#terminal.print(renderOutputs(root, global, this.#terminal.outPalette));
    }
  }

  get allSucceeded(): boolean {
    return this.views.every((view) => view.header?.phase === "Succeeded");
  }

  #streamLogs(say: Terminal["print"], signal: AbortSignal): readonly Promise<void>[] {
    return this.#names.map((name) =>
      streamLogs(this.#api, name, { "logOptions.follow": true }, say, signal).catch((error: unknown) =>
        this.#terminal.inform(`logs of ${name}: ${error instanceof Error ? error.message : error}`),
      ),
    );
  }
}

const logTailMs = 3_000;

function isSet(name: string): boolean {
  const value = process.env[name];
  return value !== undefined && value !== "" && value !== "false" && value !== "0";
}
