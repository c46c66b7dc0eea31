import type { Json } from "../json.ts";
import { fail, ok, type Result } from "../result.ts";
import type { NodeStatus } from "../status.ts";
import { compactGoJson, goJson, isList, parseExactJson } from "./go-json.ts";

/**
 * What the calls of one loop brought together, as JSON lists in the order of the loop. Calls that did not succeed are
 * left out, so that the lists may be shorter than the loop.
 */
export class LoopOutputs {
  readonly #succeeded: readonly NodeStatus[];

  /** `calls` are the loop's own nodes, in the order of the loop. */
  constructor(calls: Iterable<NodeStatus>) {
    this.#succeeded = [...calls].filter(isCounted);
  }

  /** `outputs.result`: each result must be JSON itself. */
  result(): Result<string> {
    const results: string[] = [];
    for (const { outputs } of this.#succeeded) {
      if (outputs?.result === undefined) continue;
      const parsed = parseExactJson(outputs.result);
      if (parsed === undefined) return fail(notJson(outputs.result));
      results.push(compactGoJson(parsed));
    }
    return ok(`[${results.join(",")}]`);
  }

  /** `outputs.parameters`: one map a call. */
  allParameters(): string {
    const maps = this.#succeeded.flatMap(({ outputs }) => {
      const parameters = outputs?.parameters ?? [];
      if (parameters.length === 0) return [];
      return [Object.fromEntries(parameters.map(({ name, value }) => [name, value ?? ""]))];
    });
    return goJson(maps);
  }

  /** `outputs.parameters.<name>`; undefined when no call has it. Lists and maps are JSON, anything else is text. */
  parameter(name: string): string | undefined {
    const values = this.#succeeded.flatMap(({ outputs }) => {
      const parameter = outputs?.parameters?.find((candidate) => candidate.name === name);
      return parameter === undefined ? [] : [parameter.value ?? ""];
    });
    if (values.length === 0) return undefined;
    const structures = values.map(parseStructure);
    return structures.every((structure) => structure !== undefined) ? goJson(structures) : goJson(values);
  }

  parameterNames(): Iterable<string> {
    return new Set(this.#succeeded.flatMap(({ outputs }) => (outputs?.parameters ?? []).map(({ name }) => name)));
  }
}

function isCounted(node: NodeStatus): boolean {
  return (
    node.phase === "Succeeded" &&
    node.outputs !== undefined &&
    node.nodeFlag?.hooked !== true &&
    node.nodeFlag?.retried !== true
  );
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseStructure(text: string): Json | undefined {
  const value = parseJson(text);
  return isList(value) || (typeof value === "object" && value !== null) ? value : undefined;
}

function notJson(text: string): string {
  const start = text.trimStart().slice(0, 1);
  return start === ""
    ? "unexpected end of JSON input"
    : `a loop's result is not JSON, so that the results cannot be listed: ${JSON.stringify(text.slice(0, 100))}`;
}
