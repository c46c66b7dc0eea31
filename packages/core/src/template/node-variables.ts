import type { Variables } from "@capstan/expressions";
import type { Artifact, Outputs } from "../spec/arguments.ts";
import type { NodeStatus } from "../status.ts";
import { formatTimestamp } from "../timestamp.ts";
import { LoopOutputs } from "./aggregate-outputs.ts";

/** A step or task that others may refer to. */
export interface ReferencedNode {
  /** Its node; of a node that was retried the last attempt, of a looping step its group. */
  readonly node: NodeStatus;
  /** The outputs that its template declares: a node that was skipped or omitted owes them, by default value or as absent. */
  readonly declaredOutputs?: Outputs | undefined;
  /** The calls that its loop made, in the order of the loop; only of a loop. Asked for when a reference needs them. */
  readonly calls?: (() => Iterable<NodeStatus>) | undefined;
}

/** How a scope finds the nodes that its template may refer to, by the name of the step or task. */
export interface NodeDirectory {
  find(name: string): ReferencedNode | undefined;
  names(): Iterable<string>;
}

type NodeField = "id" | "status" | "startedAt" | "finishedAt" | "ip" | "hostNodeName" | "exitCode";

const nodeFields: { readonly [field in NodeField]: (node: NodeStatus) => string | undefined } = {
  id: (node) => node.id,
  status: (node) => node.phase,
  startedAt: (node) => (node.startedAtMs === undefined ? undefined : formatTimestamp(node.startedAtMs)),
  finishedAt: (node) => (node.finishedAtMs === undefined ? undefined : formatTimestamp(node.finishedAtMs)),
  ip: (node) => node.podIP || undefined,
  hostNodeName: (node) => node.hostNodeName || undefined,
  exitCode: (node) => node.outputs?.exitCode,
};

/** `steps.<name>.…` or `tasks.<name>.…`. */
export class NodeVariables implements Variables {
  readonly #prefix: "steps" | "tasks";
  readonly #directory: NodeDirectory;
  readonly #loops = new Map<string, LoopOutputs>();
  /** Why a value that was asked for could not be made, if so: a loop's result that is not JSON. */
  failure: string | undefined;

  constructor(prefix: "steps" | "tasks", directory: NodeDirectory) {
    this.#prefix = prefix;
    this.#directory = directory;
  }

  get(name: string): string | null | undefined {
    const reference = this.#split(name);
    if (reference === undefined) return undefined;
    const found = this.#directory.find(reference.node);
    if (found === undefined) return undefined;
    const { field } = reference;
    if (isNodeField(field)) return nodeFields[field](found.node);
    if (!field.startsWith("outputs.")) return undefined;
    return this.#aggregate(reference.node, field, found) ?? ownOutput(field, found);
  }

  /** The artifact of a reference like `steps.a.outputs.artifacts.b`. */
  artifact(name: string): Artifact | undefined {
    const reference = this.#split(name);
    if (reference === undefined || !reference.field.startsWith(artifactsPrefix)) return undefined;
    const found = this.#directory.find(reference.node);
    if (found === undefined) return undefined;
    const artifactName = reference.field.slice(artifactsPrefix.length);
    const artifact = found.node.outputs?.artifacts?.find((candidate) => candidate.name === artifactName);
    if (artifact !== undefined) return artifact;
    // A skipped step's artifacts stay known, without a location; a DAG's do not.
    const isOwed = this.#prefix === "steps" && owesOutputs(found) && declares(found, artifactName);
    return isOwed ? { name: artifactName } : undefined;
  }

  *keys(): Iterable<string> {
    for (const name of this.#directory.names()) yield* this.keysUnder(`${this.#prefix}.${name}`);
  }

  *keysUnder(prefix: string): Iterable<string> {
    if (prefix === this.#prefix) return yield* this.keys();
    const reference = this.#split(`${prefix}.`);
    const found = reference && this.#directory.find(reference.node);
    if (reference === undefined || found === undefined) return;
    const base = `${this.#prefix}.${reference.node}`;
    for (const field of this.#fieldsOf(reference.node, found)) {
      if (`${base}.${field}`.startsWith(`${prefix}.`)) yield `${base}.${field}`;
    }
  }

  /** References to artifacts that exist. */
  *artifactKeys(): Iterable<string> {
    for (const name of this.#directory.names()) {
      const found = this.#directory.find(name);
      if (found === undefined) continue;
      const base = `${this.#prefix}.${name}.${artifactsPrefix}`;
      for (const artifact of found.node.outputs?.artifacts ?? []) yield base + artifact.name;
      if (this.#prefix !== "steps" || !owesOutputs(found)) continue;
      for (const artifact of found.declaredOutputs?.artifacts ?? []) yield base + artifact.name;
    }
  }

  #split(name: string): { readonly node: string; readonly field: string } | undefined {
    const start = this.#prefix.length + 1;
    if (!name.startsWith(this.#prefix) || name[start - 1] !== ".") return undefined;
    const dot = name.indexOf(".", start);
    return dot < 0 ? undefined : { node: name.slice(start, dot), field: name.slice(dot + 1) };
  }

  *#fieldsOf(name: string, found: ReferencedNode): Iterable<string> {
    for (const field of Object.keys(nodeFields)) {
      if (isNodeField(field) && nodeFields[field](found.node) !== undefined) yield field;
    }
    const { outputs } = found.node;
    if (outputs?.result !== undefined) yield "outputs.result";
    for (const parameter of outputs?.parameters ?? []) {
      if (parameter.value !== undefined) yield parametersPrefix + parameter.name;
    }
    if (owesOutputs(found)) {
      for (const parameter of found.declaredOutputs?.parameters ?? []) yield parametersPrefix + parameter.name;
      if (found.declaredOutputs?.result !== undefined) yield "outputs.result";
    }
    const loop = this.#loop(name, found);
    if (loop === undefined) return;
    yield "outputs.result";
    yield "outputs.parameters";
    for (const parameter of loop.parameterNames()) yield parametersPrefix + parameter;
  }

  #loop(name: string, found: ReferencedNode): LoopOutputs | undefined {
    if (found.calls === undefined) return undefined;
    let loop = this.#loops.get(name);
    if (loop === undefined) {
      loop = new LoopOutputs(found.calls());
      this.#loops.set(name, loop);
    }
    return loop;
  }

  #aggregate(name: string, field: string, found: ReferencedNode): string | undefined {
    const loop = this.#loop(name, found);
    if (loop === undefined) return undefined;
    if (field.startsWith(parametersPrefix)) return loop.parameter(field.slice(parametersPrefix.length));
    if (field === "outputs.parameters") return loop.allParameters();
    if (field !== "outputs.result") return undefined;
    const result = loop.result();
    if (result.ok) return result.value;
    this.failure = result.error;
    return undefined;
  }
}

const parametersPrefix = "outputs.parameters.";
const artifactsPrefix = "outputs.artifacts.";

function isNodeField(field: string): field is NodeField {
  return Object.hasOwn(nodeFields, field);
}

/** A node that never ran owes what its template declares. */
function owesOutputs(found: ReferencedNode): boolean {
  const { phase, outputs } = found.node;
  return outputs === undefined && (phase === "Skipped" || phase === "Omitted");
}

function declares(found: ReferencedNode, artifactName: string): boolean {
  return found.declaredOutputs?.artifacts?.some((artifact) => artifact.name === artifactName) === true;
}

function ownOutput(field: string, found: ReferencedNode): string | null | undefined {
  const { outputs } = found.node;
  const name = field.startsWith(parametersPrefix) ? field.slice(parametersPrefix.length) : undefined;
  if (owesOutputs(found)) {
    if (field === "outputs.result") return found.declaredOutputs?.result === undefined ? undefined : null;
    const declared = found.declaredOutputs?.parameters?.find((parameter) => parameter.name === name);
    return declared === undefined ? undefined : (declared.valueFrom?.default ?? null);
  }
  if (field === "outputs.result") return outputs?.result;
  return name === undefined ? undefined : outputs?.parameters?.find((parameter) => parameter.name === name)?.value;
}
