import type { Variables } from "@capstan/expressions";
import type { Inputs, Outputs } from "../spec/arguments.ts";
import { parametersJson } from "./go-json.ts";

/** What a template's own body may refer to: values and paths of its inputs, paths of its outputs. */
export class InputVariables implements Variables {
  readonly #inputs: Inputs | undefined;
  readonly #outputs: Outputs | undefined;

  constructor(inputs: Inputs | undefined, outputs: Outputs | undefined) {
    this.#inputs = inputs;
    this.#outputs = outputs;
  }

  get(name: string): string | undefined {
    if (name.startsWith("inputs.parameters.")) return this.#parameter(name.slice(18));
    if (name === "inputs.parameters") return parametersJson(this.#inputs?.parameters);
    if (name.startsWith("inputs.artifacts.")) return pathIn(this.#inputs?.artifacts, withoutPathSuffix(name, 17));
    if (name.startsWith("outputs.artifacts.")) return pathIn(this.#outputs?.artifacts, withoutPathSuffix(name, 18));
    if (name.startsWith("outputs.parameters.")) return this.#outputPath(withoutPathSuffix(name, 19));
    return undefined;
  }

  *keys(): Iterable<string> {
    yield "inputs.parameters";
    for (const parameter of this.#inputs?.parameters ?? []) {
      if (parameter.value !== undefined) yield `inputs.parameters.${parameter.name}`;
    }
    for (const artifact of this.#inputs?.artifacts ?? [])
      if (artifact.path) yield `inputs.artifacts.${artifact.name}.path`;
    for (const artifact of this.#outputs?.artifacts ?? []) {
      if (artifact.path) yield `outputs.artifacts.${artifact.name}.path`;
    }
    for (const parameter of this.#outputs?.parameters ?? []) {
      if (parameter.valueFrom?.path) yield `outputs.parameters.${parameter.name}.path`;
    }
  }

  #parameter(name: string): string | undefined {
    return this.#inputs?.parameters?.findLast((parameter) => parameter.name === name && parameter.value !== undefined)
      ?.value;
  }

  #outputPath(name: string | undefined): string | undefined {
    if (name === undefined) return undefined;
    return this.#outputs?.parameters?.findLast((parameter) => parameter.name === name)?.valueFrom?.path || undefined;
  }
}

function withoutPathSuffix(name: string, start: number): string | undefined {
  return name.endsWith(".path") ? name.slice(start, -5) : undefined;
}

function pathIn(
  artifacts: readonly { readonly name: string; readonly path?: string }[] | undefined,
  name: string | undefined,
): string | undefined {
  if (name === undefined) return undefined;
  return artifacts?.findLast((artifact) => artifact.name === name)?.path || undefined;
}
