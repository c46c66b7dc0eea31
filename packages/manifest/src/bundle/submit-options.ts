import { isObject, type Json, type Parameter, type Workflow } from "@capstan/core";
import { parseManifests } from "../parse-manifests.ts";
import { error, hasErrors, type Problem } from "../problem.ts";
import { anyString } from "../structure/conform.ts";

/** What a user may change of a workflow when submitting it, as `argo submit` does. */
export interface SubmitOptions {
  /** `name=value`, the strongest. */
  readonly parameters?: readonly string[];
  /** The text of a YAML or JSON file of parameter names and values, and the file's name for messages. */
  readonly parameterFile?: { readonly text: string; readonly file?: string };
  readonly name?: string;
  readonly generateName?: string;
  /** `key=value`. */
  readonly labels?: readonly string[];
  readonly annotations?: readonly string[];
  readonly entrypoint?: string;
  readonly serviceAccount?: string;
  readonly priority?: number;
}

/** The workflow with the options applied, and what was wrong with them. */
export function applySubmitOptions(
  workflow: Workflow,
  options: SubmitOptions,
): { workflow: Workflow; problems: Problem[] } {
  const problems: Problem[] = [];
  const fromFile = readParameterFile(options.parameterFile, problems);
  const given = readPairs(options.parameters, "parameter", problems);
  const values = new Map([...fromFile, ...given]);
  const labels = { ...workflow.metadata.labels, ...Object.fromEntries(readPairs(options.labels, "label", problems)) };
  const annotations = {
    ...workflow.metadata.annotations,
    ...Object.fromEntries(readPairs(options.annotations, "annotation", problems)),
  };
  const changed: Workflow = {
    ...workflow,
    metadata: {
      ...workflow.metadata,
      ...(options.generateName === undefined ? {} : { generateName: options.generateName }),
      ...(options.name === undefined ? {} : { name: options.name }),
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    spec: {
      ...workflow.spec,
      ...(values.size === 0 ? {} : { arguments: overrideParameters(workflow, values) }),
      ...(options.entrypoint === undefined ? {} : { entrypoint: options.entrypoint }),
      ...(options.serviceAccount === undefined ? {} : { serviceAccountName: options.serviceAccount }),
      ...(options.priority === undefined ? {} : { priority: options.priority }),
    },
  };
  return { workflow: changed, problems };
}

function overrideParameters(workflow: Workflow, values: ReadonlyMap<string, string>) {
  const passed: Parameter[] = [...values].map(([name, value]) => ({ name, value }));
  const others = (workflow.spec.arguments?.parameters ?? []).filter((parameter) => !values.has(parameter.name));
  return { ...workflow.spec.arguments, parameters: [...passed, ...others] };
}

function readPairs(pairs: readonly string[] | undefined, what: string, problems: Problem[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const pair of pairs ?? []) {
    const at = pair.indexOf("=");
    if (at > 0) values.set(pair.slice(0, at), pair.slice(at + 1));
    else
      problems.push(error("INVALID_VALUE", [], `The ${what} ${JSON.stringify(pair)} must have the form name=value.`));
  }
  return values;
}

function readParameterFile(source: SubmitOptions["parameterFile"], problems: Problem[]): Map<string, string> {
  const values = new Map<string, string>();
  if (source === undefined) return values;
  const parsed = parseManifests(source.text, source.file === undefined ? {} : { file: source.file });
  problems.push(...parsed.problems);
  if (hasErrors(parsed.problems)) return values;
  for (const document of parsed.documents) {
    for (const [name, value] of Object.entries(document.object)) values.set(name, parameterText(value ?? null));
  }
  return values;
}

function parameterText(value: Json): string {
  return Array.isArray(value) || isObject(value) || value === null ? JSON.stringify(value) : anyString(value);
}
