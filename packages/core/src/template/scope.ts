import type { EvaluationOptions, Variables } from "@capstan/expressions";
import type { Artifact, Outputs } from "../spec/arguments.ts";
import type { Template } from "../spec/template.ts";
import { type NodeDirectory, NodeVariables } from "./node-variables.ts";
import { namesUnder } from "./variable-layers.ts";

export interface ScopeSources {
  readonly prefix: "steps" | "tasks";
  /** The steps or DAG template, processed: its inputs have their values. */
  readonly template: Template | undefined;
  readonly directory: NodeDirectory;
  /** The workflow's own variables. */
  readonly globals: Variables;
  /** The workflow's global outputs so far. */
  readonly workflowOutputs?: (() => Outputs | undefined) | undefined;
  /** `item` and its fields, where the scope is that of a hook of one of a loop's nodes. */
  readonly item?: Variables | undefined;
  /** The clock and the chance that expressions may ask for. */
  readonly evaluation?: EvaluationOptions;
}

const inputParameters = "inputs.parameters.";
const inputArtifacts = "inputs.artifacts.";
const workflowParameters = "workflow.outputs.parameters.";
const workflowArtifacts = "workflow.outputs.artifacts.";

/**
 * What the calls and outputs of one steps or DAG template may refer to. Nothing is copied: a name is looked up when it is
 * asked for, so that a scope over 100,000 nodes costs nothing to make.
 */
export class Scope implements Variables {
  readonly #sources: ScopeSources;
  readonly #nodes: NodeVariables;

  constructor(sources: ScopeSources) {
    this.#sources = sources;
    this.#nodes = new NodeVariables(sources.prefix, sources.directory);
  }

  get(name: string): string | null | undefined {
    const own = this.local(name);
    return own === undefined ? this.#sources.globals.get(name) : own;
  }

  /** Without the workflow's variables: what outputs of the template may refer to. */
  local(name: string): string | null | undefined {
    if (name.startsWith(inputParameters)) return this.#input(name.slice(inputParameters.length));
    if (name.startsWith(workflowParameters)) {
      const outputs = this.#sources.workflowOutputs?.()?.parameters;
      return outputs?.find((parameter) => parameter.name === name.slice(workflowParameters.length))?.value;
    }
    return this.item?.get(name) ?? this.#nodes.get(name);
  }

  /** The loop's item, if any. */
  get item(): Variables | undefined {
    return this.#sources.item;
  }

  get evaluation(): EvaluationOptions {
    return this.#sources.evaluation ?? {};
  }

  /** The local variables alone. */
  get locals(): Variables {
    return { get: (name) => this.local(name), keys: () => this.localKeys() };
  }

  /** The names of the local variables. */
  *localKeys(): Iterable<string> {
    for (const parameter of this.#sources.template?.inputs?.parameters ?? []) {
      if (parameter.value !== undefined) yield inputParameters + parameter.name;
    }
    for (const parameter of this.#sources.workflowOutputs?.()?.parameters ?? []) {
      if (parameter.value !== undefined) yield workflowParameters + parameter.name;
    }
    yield* this.item?.keys() ?? [];
    yield* this.#nodes.keys();
  }

  keys(): Iterable<string> {
    return new Set([...this.localKeys(), ...this.#sources.globals.keys()]);
  }

  *keysUnder(prefix: string): Iterable<string> {
    const { prefix: nodes, globals } = this.#sources;
    if (prefix === nodes || prefix.startsWith(`${nodes}.`)) return yield* this.#nodes.keysUnder(prefix);
    for (const name of this.localKeys()) if (name.startsWith(`${prefix}.`)) yield name;
    yield* namesUnder(globals, prefix);
  }

  /** The artifact that a reference names: of a node, of the inputs, or of the workflow. */
  artifact(name: string): Artifact | undefined {
    const { template, workflowOutputs } = this.#sources;
    const find = (artifacts: readonly Artifact[] | undefined, start: number) =>
      artifacts?.find((artifact) => artifact.name === name.slice(start));
    if (name.startsWith(inputArtifacts)) return find(template?.inputs?.artifacts, inputArtifacts.length);
    if (name.startsWith(workflowArtifacts)) return find(workflowOutputs?.()?.artifacts, workflowArtifacts.length);
    return this.#nodes.artifact(name);
  }

  *artifactKeys(): Iterable<string> {
    const { template, workflowOutputs } = this.#sources;
    for (const artifact of template?.inputs?.artifacts ?? []) yield inputArtifacts + artifact.name;
    for (const artifact of workflowOutputs?.()?.artifacts ?? []) yield workflowArtifacts + artifact.name;
    yield* this.#nodes.artifactKeys();
  }

  /** Is the name that of an output which a skipped node owes and for which there is no default? */
  isAbsent(name: string): boolean {
    return this.#nodes.get(name) === null;
  }

  /** Why a value could not be made since the scope exists, if so. */
  get failure(): string | undefined {
    return this.#nodes.failure;
  }

  #input(name: string): string | undefined {
    return this.#sources.template?.inputs?.parameters?.find((parameter) => parameter.name === name)?.value;
  }
}
