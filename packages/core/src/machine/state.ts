import type { EvaluationOptions } from "@capstan/expressions";
import { WorkEstimates } from "../bid/work-estimates.ts";
import type { EnginePolicy, WorkflowState } from "../engine.ts";
import { isExecutable, progressOf } from "../graph/link-nodes.ts";
import { nodeIdOf } from "../graph/node-names.ts";
import { isLeaf, isTerminal } from "../graph/phases.ts";
import type { WorkflowBundle } from "../spec/workflow.ts";
import type { NodeStatus, WorkflowHeader } from "../status.ts";
import { BoundaryCounts } from "./boundary-counts.ts";
import { chanceOf } from "./chance.ts";
import { ExecutedSpec } from "./executed-spec.ts";
import type { Frame } from "./frame.ts";
import { TemplateLibrary, type TemplateReference } from "./template-library.ts";
import { TemplateSuccesses } from "./template-successes.ts";
import { WaitingFrames } from "./waiting-frames.ts";
import { WorkflowVariables } from "./workflow-variables.ts";

/** A workflow in memory. Only a turn changes it; everything but `header` and `nodes` can be rebuilt from those two and the bundle. */
export class MachineState implements WorkflowState {
  readonly uid: string;
  readonly bundle: WorkflowBundle;
  readonly submittedAtMs: number;
  readonly name: string;
  readonly namespace: string;
  policy: EnginePolicy;
  /** The moment of the event that is being decided. */
  nowMs: number;
  /** The workflow's variables, as of now. */
  readonly variables: WorkflowVariables;
  header: WorkflowHeader;
  readonly nodes = new Map<string, NodeStatus>();
  readonly frames = new Map<string, Frame>();
  /** Frames that could start something if there were a place. */
  readonly waiting = new WaitingFrames();
  counts = new BoundaryCounts();
  readonly library: TemplateLibrary;
  readonly estimates: WorkEstimates;
  spec: ExecutedSpec;
  readonly successes = new TemplateSuccesses();
  /** The nodes that loops called, by the loop, in the order of the items: what `outputs` of a loop are collected from. */
  readonly loopNodes = new Map<string, string[]>();
  /** Ids of leaf nodes that have not ended, daemons not counted: what the policy's activeTasksMax limits. */
  readonly activeLeaves = new Set<string>();
  /** Ids of daemons that run. */
  readonly daemons = new Set<string>();
  /** Ids of nodes whose first id another node held, by name: that node may go, theirs stays. */
  readonly #displacedIds = new Map<string, string>();
  nextOrdinal = 0;
  progressDone = 0;
  progressTotal = 0;

  constructor(
    uid: string,
    bundle: WorkflowBundle,
    submittedAtMs: number,
    header: WorkflowHeader,
    policy: EnginePolicy,
  ) {
    this.uid = uid;
    this.bundle = bundle;
    this.submittedAtMs = submittedAtMs;
    this.nowMs = submittedAtMs;
    this.header = header;
    this.policy = policy;
    this.name = bundle.workflow.metadata.name ?? "";
    this.namespace = bundle.workflow.metadata.namespace ?? "";
    this.library = new TemplateLibrary(bundle, this.name);
    this.spec = new ExecutedSpec(uid, bundle, header, submittedAtMs);
    this.variables = new WorkflowVariables(this);
    this.estimates = workEstimates(this.library, policy);
  }

  /** What expressions are told of the world: the moment of the event, and chance that follows from it. */
  get evaluation(): EvaluationOptions {
    return { nowMs: this.nowMs, random: chanceOf(() => `${this.uid} ${this.nowMs} ${this.nextOrdinal}`) };
  }

  /** The id of the node with this name, or the id that it will get. */
  nodeId(name: string): string {
    const displaced = this.#displacedIds.get(name);
    if (displaced !== undefined) return displaced;
    for (let rehash = 0; ; rehash++) {
      const id = nodeIdOf(this.name, name, rehash);
      const holder = this.nodes.get(id);
      if (holder === undefined || holder.name === name) return id;
    }
  }

  nodeNamed(name: string): NodeStatus | undefined {
    return this.nodes.get(this.nodeId(name));
  }

  /** Puts a node in place of what its id held, and keeps every count right. */
  setNode(node: NodeStatus): void {
    const before = this.nodes.get(node.id);
    this.counts.change(before, node);
    this.successes.change(before, node);
    if (before?.phase !== node.phase || before.progress !== node.progress) {
      this.#countProgress(before, -1);
      this.#countProgress(node, 1);
    }
    this.nodes.set(node.id, node);
    if (before === undefined) {
      this.#listInLoop(node);
      if (node.id !== nodeIdOf(this.name, node.name)) this.#displacedIds.set(node.name, node.id);
    }
    if (isActiveLeaf(node)) this.activeLeaves.add(node.id);
    else this.activeLeaves.delete(node.id);
    if (node.daemoned === true) this.daemons.add(node.id);
    else if (before?.daemoned === true) this.daemons.delete(node.id);
    const ordinal = node.links?.ordinal ?? -1;
    if (ordinal >= this.nextOrdinal) this.nextOrdinal = ordinal + 1;
  }

  removeNode(id: string): void {
    const before = this.nodes.get(id);
    if (before === undefined) return;
    this.counts.change(before, undefined);
    this.successes.change(before, undefined);
    this.#countProgress(before, -1);
    this.nodes.delete(id);
    this.#displacedIds.delete(before.name);
    this.daemons.delete(id);
    this.activeLeaves.delete(id);
  }

  get progress(): string {
    return `${this.progressDone}/${this.progressTotal}`;
  }

  /** The nodes that a loop called, in the order of its items. */
  nodesOfLoop(groupId: string, slot: string): readonly NodeStatus[] {
    const nodes: NodeStatus[] = [];
    let isOrdered = true;
    for (const id of this.loopNodes.get(loopKey(groupId, slot)) ?? []) {
      const node = this.nodes.get(id);
      if (node === undefined) continue;
      if ((nodes.at(-1)?.links?.index ?? -1) > (node.links?.index ?? 0)) isOrdered = false;
      nodes.push(node);
    }
    // A manual retry makes nodes of earlier items anew.
    if (!isOrdered) nodes.sort((left, right) => (left.links?.index ?? 0) - (right.links?.index ?? 0));
    return nodes;
  }

  /** After nodes were removed: the lists of loops' nodes are made anew. */
  rebuildLoops(): void {
    this.loopNodes.clear();
    const nodes = [...this.nodes.values()].filter((node) => node.links?.index !== undefined);
    for (const node of nodes) this.#listInLoop(node);
  }

  #listInLoop(node: NodeStatus): void {
    const { index, parent, slot } = node.links ?? {};
    if (index === undefined || parent === undefined || slot === undefined) return;
    const key = loopKey(parent, slot);
    const list = this.loopNodes.get(key);
    if (list === undefined) this.loopNodes.set(key, [node.id]);
    else list.push(node.id);
  }

  #countProgress(node: NodeStatus | undefined, sign: 1 | -1): void {
    if (node === undefined || !isExecutable(node)) return;
    const [done, total] = progressOf(node);
    this.progressDone += sign * done;
    this.progressTotal += sign * total;
  }
}

function loopKey(groupId: string, slot: string): string {
  return `${groupId} ${slot}`;
}

function isActiveLeaf(node: NodeStatus): boolean {
  return isLeaf(node.type) && !isTerminal(node.phase) && node.daemoned !== true;
}

function workEstimates(library: TemplateLibrary, policy: EnginePolicy): WorkEstimates {
  const lookup = (call: TemplateReference, scope: string) => {
    const found = library.find(call, scope);
    return found.ok ? found.value : undefined;
  };
  return new WorkEstimates(lookup, { taskSeconds: () => undefined }, policy.bid.defaultTaskSeconds);
}
