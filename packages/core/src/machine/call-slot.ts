import type { Variables } from "@capstan/expressions";
import { isFailedOrError } from "../graph/phases.ts";
import { ok, type Result } from "../result.ts";
import type { TemplateCall } from "../spec/template.ts";
import type { NodePhase, NodeStatus } from "../status.ts";
import { type Expansion, expandCall, isLoop } from "../template/expand-items.ts";
import { resolveCall } from "../template/resolve-call.ts";
import type { Scope } from "../template/scope.ts";
import type { Turn } from "./turn.ts";

/** The scopes that a call's references are resolved in. */
export interface SlotScopes {
  /** Everything as it is now. */
  readonly current: Scope;
  /** Only what never changes any more: what a loop over 100,000 items may keep from its first item to its last. */
  readonly constant: Scope;
}

/** What a frame's scope holds besides the nodes that it may refer to. */
export interface ScopeKind {
  readonly isConstant?: boolean;
  /** The item of the loop's node whose hooks it is for. */
  readonly item?: Variables | undefined;
}

/** The next node that a slot starts. */
export interface NextCall {
  /** Resolved; its name is that of the item where the call loops. */
  readonly call: TemplateCall;
  readonly index: number | undefined;
}

/** One step of a group or one task of a DAG while it runs: how many of its nodes have started, which of them are open, how they ended. */
export class CallSlot {
  readonly call: TemplateCall;
  readonly isLoop: boolean;
  /** Nodes that have been started, those that were skipped included. */
  started = 0;
  /** Ids of nodes that are not settled: running, or with hooks that are. */
  readonly open = new Set<string>();
  firstFailure: NodeStatus | undefined;
  lastFailedPhase: NodePhase | undefined;
  succeeded = 0;
  failed = 0;
  /** Sources of the loop that held changing values when it began; kept with the group's node. */
  source: string | undefined;
  #lastOrdinal = -1;
  /** The first item that has never been started. */
  #nextIndex = 0;
  /** Items before it that lost their nodes to a manual retry. */
  #missing: number[] = [];
  #adoptedIndexes: Set<number> | undefined;
  #lastFailedIndex = -1;
  #expansion: Expansion | undefined;
  #single: { readonly call: TemplateCall; readonly turn: Turn } | undefined;

  constructor(call: TemplateCall, source?: string) {
    this.call = call;
    this.isLoop = isLoop(call);
    this.source = source;
  }

  /** Resolves what must be known before the first node can start; errors are those of the references and of the loop's source. */
  prepare(turn: Turn, scopes: SlotScopes): Result<undefined> {
    return this.isLoop ? this.#prepareLoop(scopes) : this.#prepareSingle(turn, scopes);
  }

  /** How many nodes the slot starts in all; undefined before a loop is prepared. */
  get total(): number | undefined {
    return this.isLoop ? this.#expansion?.length : 1;
  }

  /** Has every node been started that there is to start? Resolves the loop for it after a load; what cannot be resolved has more. */
  isExhausted(turn: Turn, scopes: SlotScopes): boolean {
    if (!this.isLoop) return this.started > 0;
    if (this.#expansion === undefined && !this.prepare(turn, scopes).ok) return false;
    return this.started >= (this.#expansion?.length ?? Number.POSITIVE_INFINITY);
  }

  /** The next call; undefined when all have been made. A call that waited for its place is resolved anew. */
  next(turn: Turn, scopes: SlotScopes): Result<NextCall | undefined> {
    if (!this.isLoop) {
      if (this.started > 0) return ok(undefined);
      const prepared = this.#prepareSingle(turn, scopes);
      if (!prepared.ok) return prepared;
      return ok(this.#single === undefined ? undefined : { call: this.#single.call, index: undefined });
    }
    const prepared = this.#prepareLoop(scopes);
    if (!prepared.ok) return prepared;
    const expansion = this.#expansion;
    const index = this.#missing[0] ?? this.#nextIndex;
    if (expansion === undefined || index >= expansion.length) return ok(undefined);
    const call = expansion.at(index);
    if (!call.ok) return call;
    const { hooks } = this.call;
    return ok({ call: hooks === undefined ? call.value : { ...call.value, hooks }, index });
  }

  /** `item` and its fields for one of a loop's nodes; undefined for other nodes. */
  itemOf(node: NodeStatus, scopes: SlotScopes): Variables | undefined {
    const index = node.links?.index;
    return index !== undefined && this.#prepareLoop(scopes).ok ? this.#expansion?.itemAt(index) : undefined;
  }

  /** Takes up a node that exists already, while the frame is rebuilt. */
  adopt(node: NodeStatus): boolean {
    const index = node.links?.index;
    if (index !== undefined) {
      this.#adoptedIndexes ??= new Set();
      this.#adoptedIndexes.add(index);
    }
    return this.note(node);
  }

  /** After the last adopted node: items whose nodes were removed start before those that never started. */
  adopted(): void {
    const indexes = this.#adoptedIndexes;
    if (indexes === undefined) return;
    this.#missing = [];
    for (let index = 0; index < this.#nextIndex; index++) if (!indexes.has(index)) this.#missing.push(index);
    this.#adoptedIndexes = undefined;
  }

  /** Is the node one that this slot has not seen? Notes it as open then. */
  note(node: NodeStatus): boolean {
    const ordinal = node.links?.ordinal ?? -1;
    if (ordinal <= this.#lastOrdinal) return false;
    this.#lastOrdinal = ordinal;
    this.started++;
    const index = node.links?.index ?? 0;
    if (this.#missing[0] === index) this.#missing.shift();
    else if (index >= this.#nextIndex) this.#nextIndex = index + 1;
    this.open.add(node.id);
    return true;
  }

  /** Counts a node that has ended with its hooks; false when it was counted before. */
  settle(node: NodeStatus): boolean {
    if (!this.open.delete(node.id)) return false;
    if (node.phase === "Succeeded") this.succeeded++;
    if (!isFailedOrError(node.phase)) return true;
    if (node.phase === "Failed") this.failed++;
    if ((this.firstFailure?.links?.ordinal ?? Number.POSITIVE_INFINITY) > (node.links?.ordinal ?? 0)) {
      this.firstFailure = node;
    }
    const index = node.links?.index ?? 0;
    if (index > this.#lastFailedIndex) {
      this.#lastFailedIndex = index;
      this.lastFailedPhase = node.phase;
    }
    return true;
  }

  #prepareSingle(turn: Turn, scopes: SlotScopes): Result<undefined> {
    if (this.#single?.turn === turn) return ok(undefined);
    const resolved = resolveCall(this.call, scopes.current);
    if (!resolved.ok) return resolved;
    this.#single = { call: resolved.value.call, turn };
    return ok(undefined);
  }

  #prepareLoop(scopes: SlotScopes): Result<undefined> {
    if (this.#expansion !== undefined) return ok(undefined);
    const { hooks: _hooks, ...call } = this.call;
    const resolved = resolveCall<TemplateCall>(call, scopes.constant);
    if (!resolved.ok) return resolved;
    const sourced = this.#withSource(resolved.value.call, scopes.current);
    if (!sourced.ok) return sourced;
    const expansion = expandCall(sourced.value, scopes.current, scopes.current.evaluation);
    if (!expansion.ok) return expansion;
    this.#expansion = expansion.value;
    return ok(undefined);
  }

  // A loop over something that changes (a global output) keeps what it saw first: its items must not shift under its nodes.
  #withSource(call: TemplateCall, scope: Scope): Result<TemplateCall> {
    const { withItems, withParam, withSequence } = call;
    if (this.source === undefined) {
      const text = JSON.stringify({ withItems, withParam, withSequence });
      if (!text.includes("{{")) return ok(call);
      const resolved = resolveCall<TemplateCall>({ ...JSON.parse(text), name: call.name }, scope);
      if (!resolved.ok) return resolved;
      const { name: _name, ...source } = resolved.value.call;
      this.source = JSON.stringify(source);
    }
    const source: Partial<TemplateCall> = JSON.parse(this.source);
    return ok({ ...call, ...source });
  }
}
