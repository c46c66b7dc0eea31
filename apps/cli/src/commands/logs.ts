import { parseGoDuration } from "@capstan/core";
import type { Command } from "commander";
import { badInput } from "../cli-error.ts";
import { type CommandContext, workflowApiOf } from "./command-context.ts";
import { streamLogs } from "./stream-logs.ts";
import { untilInterrupted } from "./until-interrupted.ts";

interface LogFlags {
  readonly follow?: boolean;
  readonly tail?: string;
  readonly since?: string;
  readonly grep?: string;
  readonly container?: string;
  readonly timestamps?: boolean;
  readonly raw?: boolean;
}

/** `capstan logs`: of all pods, or of one. */
export function registerLogs(program: Command, context: CommandContext): void {
  const command = program
    .command("logs <workflow> [pod]")
    .description("print the logs of a workflow or of one of its pods")
    .option("-f, --follow", "go on until the workflow ends")
    .option("--tail <lines>", "the last lines of each pod")
    .option("--since <duration>", "not older than, e.g. 10m")
    .option("--grep <expression>", "lines that match")
    .option("-c, --container <name>", "only this container of each pod")
    .option("--raw", "with everything that steers a terminal; files and pipes get that anyway")
    .option("--timestamps", "with the time before each line")
    .action(async (name: string, pod: string | undefined, flags: LogFlags) => {
      const query = {
        podName: pod,
        "logOptions.container": flags.container,
        "logOptions.follow": flags.follow,
        "logOptions.timestamps": flags.timestamps,
        "logOptions.tailLines": flags.tail,
        "logOptions.sinceSeconds": flags.since === undefined ? undefined : secondsOf(flags.since),
        grep: flags.grep,
      };
      const say = flags.raw === true ? context.terminal.printRaw : context.terminal.print;
      await untilInterrupted(context, (signal) => streamLogs(workflowApiOf(command), name, query, say, signal));
    });
}

function secondsOf(duration: string): number {
  const parsed = parseGoDuration(duration);
  if (!parsed.ok) throw badInput(`--since: ${JSON.stringify(duration)} is no duration: write 30s, 10m or 2h`);
  return Math.ceil(parsed.value / 1_000);
}
