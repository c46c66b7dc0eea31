import { parseManifests, type SubmitOptions } from "@capstan/manifest";
import { badInput } from "../cli-error.ts";
import { readText } from "./read-files.ts";

/** What the flags of `run` and `submit` say about a workflow's arguments. */
export interface ValueFlags {
  readonly parameter: readonly string[];
  readonly parameterFile?: string;
  readonly set: readonly string[];
  readonly values?: string;
}

/** The values of `--values FILE`, overridden by `--set name=value`. */
export function readValues(flags: ValueFlags): { readonly [name: string]: string } {
  const values = new Map<string, string>(flags.values === undefined ? [] : readValuesFile(flags.values));
  for (const text of flags.set) {
    const equals = text.indexOf("=");
    if (equals <= 0) throw badInput(`--set takes NAME=VALUE, not ${JSON.stringify(text)}`);
    values.set(text.slice(0, equals), text.slice(equals + 1));
  }
  return Object.fromEntries(values);
}

/** The part of the submit options that comes from parameters. */
export function parameterOptions(flags: ValueFlags): Pick<SubmitOptions, "parameters" | "parameterFile"> {
  const file = flags.parameterFile;
  return {
    parameters: flags.parameter,
    ...(file !== undefined && { parameterFile: { text: readText(file), file } }),
  };
}

function readValuesFile(file: string): readonly [string, string][] {
  const { documents, problems } = parseManifests(readText(file), { file });
  if (problems.length > 0) throw badInput(`${file} cannot be read as values`, problems);
  return documents.flatMap((document) =>
    Object.entries(document.object).map(([name, value]): [string, string] => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}
