import { formatProblem, hasErrors, type Problem } from "@capstan/manifest";
import { type Command, Option } from "commander";
import { exitCodes } from "../cli-error.ts";
import { planManifests } from "../manifests/plan.ts";
import { readManifestFiles } from "../manifests/read-files.ts";
import { parameterOptions, readValues, type ValueFlags } from "../manifests/values.ts";
import { problemSummary, renderProblems } from "../render/problems.ts";
import { addValueOptions, type CommandContext } from "./command-context.ts";

interface LintFlags extends ValueFlags {
  readonly output: "pretty" | "simple" | "json";
}

/** `capstan lint`: what is wrong with manifests, without a server. */
export function registerLint(program: Command, context: CommandContext): void {
  const command = program
    .command("lint <file...>")
    .description("say what is wrong with manifests; needs no server, all files are judged together")
    .option("--offline", "as always: accepted for scripts written for argo")
    .addOption(
      new Option("-o, --output <format>", "how problems are printed")
        .choices(["pretty", "simple", "json"])
        .default("pretty"),
    );
  addValueOptions(command).action((files: readonly string[], flags: LintFlags) => {
    const read = readManifestFiles(files);
    const plan = planManifests(read.documents, {
      submit: parameterOptions(flags),
      values: readValues(flags),
      check: "lint",
    });
    const problems = [...read.problems, ...plan.problems];
    print(context, problems, read.files.length, read.sourceOf, flags.output);
    if (hasErrors(problems)) context.exitWith(exitCodes.badInput);
  });
}

function print(
  { terminal }: CommandContext,
  problems: readonly Problem[],
  fileCount: number,
  sourceOf: (file: string) => string | undefined,
  format: LintFlags["output"],
): void {
  if (format === "json") terminal.print(JSON.stringify(problems, undefined, 2));
  else if (problems.length === 0) terminal.print("✔ no problems found");
  else if (format === "simple") terminal.print(problems.map(formatProblem));
  else {
    const lines = renderProblems(problems, sourceOf, terminal.outPalette, terminal.width);
    terminal.print([...lines, "", problemSummary(problems, fileCount)]);
  }
}
