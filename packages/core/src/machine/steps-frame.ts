import { stepGroupName, stepName } from "../graph/node-names.ts";
import { fail, ok, type Result } from "../result.ts";
import type { Template, TemplateCall, WorkflowStep } from "../spec/template.ts";
import type { NodeStatus } from "../status.ts";
import type { NodeDirectory } from "../template/node-variables.ts";
import { Scope } from "../template/scope.ts";
import { templateOutputs } from "../template/template-outputs.ts";
import { CallSlot, type ScopeKind, type SlotScopes } from "./call-slot.ts";
import { endComposite, endWithError, exportOutputs } from "./end-composite.ts";
import type { Frame, FrameStep } from "./frame.ts";
import type { FramePlace } from "./frame-place.ts";
import { hookDirectory } from "./hook-directory.ts";
import { type HookCaller, isSettled, runHooks } from "./hooks.ts";
import { failFastMessage, failFastVerdict, placeFor } from "./places.ts";
import { whyStopped } from "./shutdown.ts";
import { placeSkipped, startSlot } from "./start-slot.ts";
import type { MachineState } from "./state.ts";
import { StepsDirectory } from "./steps-directory.ts";
import { timeoutMessage } from "./timers.ts";
import type { Turn } from "./turn.ts";

/** A steps template while it runs: groups one after the other, the steps of a group side by side. */
export class StepsFrame implements Frame, HookCaller {
  readonly nodeId: string;
  readonly depth: number;
  readonly isExit: boolean;
  readonly template: Template;
  readonly templateScope: string;
  readonly #place: FramePlace;
  readonly #groups: readonly (readonly WorkflowStep[])[];
  readonly #directory: StepsDirectory;
  readonly #scopes: SlotScopes;
  #groupIndex = -1;
  #groupId = "";
  #slots: readonly CallSlot[] = [];
  /** The first slot that may have something left to start. */
  #cursor = 0;
  #openCount = 0;

  constructor(state: MachineState, place: FramePlace) {
    this.#place = place;
    this.nodeId = place.node.id;
    this.depth = place.depth;
    this.isExit = place.isExit;
    this.template = place.template;
    this.templateScope = place.scope;
    this.#groups = stepGroups(place.template);
    this.#directory = new StepsDirectory(state, place, this.#groups, () => this.#groupIndex);
    this.#scopes = {
      current: this.#scope(state, this.#directory),
      constant: this.#scope(state, this.#directory, { isConstant: true }),
    };
  }

  step(turn: Turn): FrameStep {
    const verdict = failFastVerdict(turn.state, this, this.#openCount > 0);
    if (verdict === "fail") return this.#failFast(turn);
    if (verdict === "stop") return "idle";
    if (verdict === "end") return firstFailure(this.#slots) === undefined ? this.#failFast(turn) : this.#endGroup(turn);
    if (this.#groupIndex < 0) return this.#openGroup(turn, 0);
    if (whyStopped(turn.state, this.isExit) !== undefined) this.#cursor = this.#slots.length;
    for (; this.#cursor < this.#slots.length; this.#cursor++) {
      const slot = this.#slots[this.#cursor];
      if (slot === undefined || slot.isExhausted(turn, this.#scopes)) continue;
      const place = placeFor(turn.state, this);
      if (place !== "free") return place;
      const next = slot.next(turn, this.#scopes);
      if (!next.ok) return this.#failGroup(turn, "Error", next.error);
      if (next.value !== undefined) return this.#start(turn, slot, next.value.call, next.value.index);
    }
    return this.#openCount > 0 ? "idle" : this.#endGroup(turn);
  }

  childChanged(turn: Turn, node: NodeStatus, error: string | undefined): void {
    const target = node.nodeFlag?.hooked === true ? turn.state.nodes.get(node.links?.parent ?? "") : node;
    if (target === undefined || target.links?.parent !== this.#groupId) return;
    const slot = this.#slotNamed(target.links.slot);
    if (slot === undefined) return;
    if (slot.note(target)) this.#openCount++;
    if (error !== undefined) {
      this.#failGroup(turn, "Error", `step group deemed errored due to child ${node.name} error: ${error}`);
      return;
    }
    if (target.phase === "Failed" && target.message === timeoutMessage && target.type === "Pod") {
      this.#failGroup(turn, "Failed", timeoutMessage);
      return;
    }
    const settled = target.type === "Skipped" ? ok(true) : runHooks(turn, this, slot.call, target);
    if (!settled.ok) this.#failGroup(turn, "Error", settled.error);
    else if (settled.value && slot.settle(target)) this.#openCount--;
    if (this.#openCount === 0) turn.wake(this.nodeId);
  }

  adopt(turn: Turn, node: NodeStatus): void {
    const { state } = turn;
    if (node.type === "StepGroup") {
      this.#enterGroup(node, this.#groupIndex + 1);
      return;
    }
    if (node.links?.parent !== this.#groupId) return;
    const slot = this.#slotNamed(node.links.slot);
    if (slot === undefined || !slot.adopt(node)) return;
    this.#openCount++;
    const isDone = node.type === "Skipped" || isSettled(state, this, slot.call, node);
    if (isDone && slot.settle(node)) this.#openCount--;
  }

  opened(): void {
    for (const slot of this.#slots) slot.adopted();
  }

  mayWaitForPlace(): boolean {
    return true;
  }

  hookScope(state: MachineState, call: TemplateCall, node: NodeStatus): Scope {
    const item = this.#slotNamed(node.links?.slot)?.itemOf(node, this.#scopes);
    return this.#scope(state, hookDirectory(state, this.#directory, call, node), { item });
  }

  #scope(state: MachineState, directory: NodeDirectory, { isConstant = false, item }: ScopeKind = {}): Scope {
    return new Scope({
      prefix: "steps",
      template: this.template,
      directory,
      item,
      evaluation: state.evaluation,
      globals: isConstant ? state.spec.globals : state.variables,
      ...(!isConstant && { workflowOutputs: () => state.header.outputs }),
    });
  }

  #slotNamed(name: string | undefined): CallSlot | undefined {
    return this.#slots.find((slot) => slot.call.name === name);
  }

  #openGroup(turn: Turn, index: number): FrameStep {
    const steps = this.#groups[index];
    if (steps === undefined) return this.#finish(turn);
    const previous = this.#groupId;
    const node = turn.createNode({
      name: stepGroupName(this.#place.node.name, index),
      type: "StepGroup",
      phase: "Running",
      boundaryId: this.nodeId,
      links: {
        owner: this.nodeId,
        ...(index === 0 ? { parent: this.nodeId } : { after: [previous] }),
        ...(this.isExit && { exit: true }),
      },
      details: { templateScope: this.templateScope, nodeFlag: {} },
    });
    this.#enterGroup(node, index);
    const prepared = this.#prepareSlots(turn);
    return prepared.ok ? "again" : this.#failGroup(turn, "Error", prepared.error);
  }

  #enterGroup(node: NodeStatus, index: number): void {
    this.#groupIndex = index;
    this.#groupId = node.id;
    this.#cursor = 0;
    this.#openCount = 0;
    this.#slots = (this.#groups[index] ?? []).map((step) => new CallSlot(step, node.links?.sources?.[step.name]));
  }

  #prepareSlots(turn: Turn): Result<undefined> {
    const sources: { [slot: string]: string } = {};
    for (const slot of this.#slots) {
      const prepared = slot.prepare(turn, this.#scopes);
      if (!prepared.ok) return fail(slot.isLoop ? prepared.error : `failed to resolve references: ${prepared.error}`);
      if (slot.source !== undefined) sources[slot.call.name] = slot.source;
    }
    for (const slot of this.#slots) if (slot.total === 0) this.#skipEmptyLoop(turn, slot);
    const group = turn.state.nodes.get(this.#groupId);
    if (Object.keys(sources).length > 0 && group?.links !== undefined) {
      turn.changeNode(group.id, { links: { ...group.links, sources } });
    }
    return ok(undefined);
  }

  #skipEmptyLoop(turn: Turn, slot: CallSlot): void {
    const start = this.#slotStart(slot.call, slot.call, undefined);
    placeSkipped(turn, start, "Skipped", "Skipped, empty params");
  }

  #start(turn: Turn, slot: CallSlot, call: TemplateCall, index: number | undefined): FrameStep {
    const started = startSlot(turn, this.#slotStart(slot.call, call, index));
    return started.ok ? "again" : this.#failGroup(turn, "Error", started.error);
  }

  #slotStart(step: TemplateCall, call: TemplateCall, index: number | undefined) {
    return {
      place: this.#place,
      kind: "steps" as const,
      nodeName: stepName(stepGroupName(this.#place.node.name, this.#groupIndex), call.name),
      call,
      links: {
        owner: this.nodeId,
        parent: this.#groupId,
        slot: step.name,
        ...(index !== undefined && { index }),
        ...(this.isExit && { exit: true }),
      },
    };
  }

  #endGroup(turn: Turn): FrameStep {
    const { state } = turn;
    const failure = firstFailure(this.#slots);
    if (failure !== undefined) return this.#failGroup(turn, "Failed", `child '${failure.id}' failed`);
    const stopped = whyStopped(state, this.isExit);
    if (stopped !== undefined && this.#isIncomplete(turn)) return this.#failGroup(turn, "Failed", stopped);
    turn.markPhase(this.#groupId, "Succeeded");
    return this.#openGroup(turn, this.#groupIndex + 1);
  }

  // A stopped loop leaves items out that were never started: the group has not succeeded then.
  #isIncomplete(turn: Turn): boolean {
    return this.#slots.some((slot) => !slot.isExhausted(turn, this.#scopes));
  }

  #failGroup(turn: Turn, phase: "Failed" | "Error", message: string): FrameStep {
    turn.markPhase(this.#groupId, phase, message);
    endComposite(turn, this.nodeId, { phase: "Failed", message, ends: [this.#groupId] });
    return "closed";
  }

  #failFast(turn: Turn): FrameStep {
    const group = turn.state.nodes.get(this.#groupId);
    if (group !== undefined) turn.markPhase(group.id, "Failed", failFastMessage);
    endComposite(turn, this.nodeId, {
      phase: "Failed",
      message: failFastMessage,
      ends: group === undefined ? [] : [group.id],
    });
    return "closed";
  }

  #finish(turn: Turn): FrameStep {
    // All groups are over: the outputs may refer to the last one too.
    this.#groupIndex = this.#groups.length;
    const outputs = templateOutputs(this.template, this.#scope(turn.state, this.#directory));
    if (!outputs.ok) {
      endWithError(turn, this.nodeId, outputs.error);
      return "closed";
    }
    exportOutputs(turn, outputs.value);
    const ends = this.#groupId === "" ? [] : [this.#groupId];
    endComposite(turn, this.nodeId, { phase: "Succeeded", ends, outputs: outputs.value });
    return "closed";
  }
}

/** The groups of a steps template, which users may also write as Argo's older list of single steps. */
function stepGroups(template: Template): readonly (readonly WorkflowStep[])[] {
  return (template.steps ?? []).map((group) => (Array.isArray(group) ? group : [group as unknown as WorkflowStep]));
}

function firstFailure(slots: readonly CallSlot[]): NodeStatus | undefined {
  let first: NodeStatus | undefined;
  for (const { call, firstFailure: failure } of slots) {
    if (failure === undefined || continuesOn(call, failure.phase)) continue;
    if ((first?.links?.ordinal ?? Number.POSITIVE_INFINITY) > (failure.links?.ordinal ?? 0)) first = failure;
  }
  return first;
}

function continuesOn(call: TemplateCall, phase: NodeStatus["phase"]): boolean {
  if (phase === "Error") return call.continueOn?.error === true;
  return phase === "Failed" && call.continueOn?.failed === true;
}
