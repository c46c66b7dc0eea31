import type { TaskResult } from "@capstan/expressions";
import { type DagPlan, type PlannedTask, planDag } from "../graph/dag-plan.ts";
import { taskName } from "../graph/node-names.ts";
import { OrderedQueue } from "../graph/ordered-queue.ts";
import { isFulfilled } from "../graph/phases.ts";
import { ok, type Result } from "../result.ts";
import type { Template, TemplateCall } from "../spec/template.ts";
import type { NodeLinks, NodeStatus } from "../status.ts";
import { Scope } from "../template/scope.ts";
import { templateOutputs } from "../template/template-outputs.ts";
import { assessDag } from "./assess-dag.ts";
import { CallSlot, type ScopeKind, type SlotScopes } from "./call-slot.ts";
import { DagDirectory } from "./dag-directory.ts";
import { hasResult, hooksFor, type TaskState } from "./dag-task.ts";
import { endComposite, endWithError, exportOutputs } from "./end-composite.ts";
import type { Frame, FrameStep } from "./frame.ts";
import type { FramePlace } from "./frame-place.ts";
import { hookDirectory } from "./hook-directory.ts";
import { type HookCaller, isSettled, runHooks } from "./hooks.ts";
import { failFastMessage, failFastVerdict, placeFor } from "./places.ts";
import { shouldExecute, whyStopped } from "./shutdown.ts";
import { placeSkipped, type SlotStart, startSlot } from "./start-slot.ts";
import type { MachineState } from "./state.ts";
import type { Turn } from "./turn.ts";

/** A DAG template while it runs. What a change touches is the task that changed and those that depend on it. */
export class DagFrame implements Frame, HookCaller {
  readonly nodeId: string;
  readonly depth: number;
  readonly isExit: boolean;
  readonly template: Template;
  readonly templateScope: string;
  readonly #state: MachineState;
  readonly #place: FramePlace;
  readonly #plan: Result<DagPlan>;
  readonly #tasks: readonly TaskState[];
  /** Tasks whose dependencies are settled and that have something to start. */
  readonly #ready = new OrderedQueue();
  /** Tasks that have a node and are not settled. */
  #openCount = 0;
  #isOpened = false;

  constructor(state: MachineState, place: FramePlace) {
    this.#state = state;
    this.#place = place;
    this.nodeId = place.node.id;
    this.depth = place.depth;
    this.isExit = place.isExit;
    this.template = place.template;
    this.templateScope = place.scope;
    this.#plan = planDag(place.template.dag ?? { tasks: [] });
    this.#tasks = this.#planned().map((planned) => ({
      slot: new CallSlot(planned.task),
      waitingFor: planned.dependencies.length,
      groupId: undefined,
      hasNode: false,
      isSettled: false,
    }));
  }

  opened(): void {
    this.#isOpened = true;
    for (const planned of this.#planned()) {
      const task = this.#tasks[planned.index];
      task?.slot.adopted();
      // An adopted loop may have items left; it is looked at again when there is a place.
      const isOpenLoop = task?.groupId !== undefined && !task.isSettled;
      if (isOpenLoop || this.#isReady(planned)) this.#ready.add(planned.index);
    }
  }

  step(turn: Turn): FrameStep {
    if (!this.#plan.ok) return this.#endWithError(turn, this.#plan.error);
    this.#dropExhausted(turn);
    const verdict = failFastVerdict(turn.state, this, this.#openCount > 0);
    if (verdict === "fail") return this.#end(turn, "Failed", failFastMessage);
    if (verdict === "stop") return "idle";
    if (verdict === "end" && this.#ready.size > 0) return this.#end(turn, "Failed", failFastMessage);
    if (whyStopped(turn.state, this.isExit) !== undefined) {
      for (const planned of this.#planned()) {
        const task = this.#tasks[planned.index];
        if (task !== undefined) this.#endLoop(turn, planned, task);
      }
    }
    if (!shouldExecute(turn.state.header.shutdown, this.isExit)) {
      return this.#openCount > 0 ? "idle" : this.#end(turn, "Failed");
    }
    if (whyStopped(turn.state, this.isExit) !== undefined)
      return this.#openCount > 0 ? "idle" : this.#assessStopped(turn);
    const index = this.#ready.peek();
    const planned = index === undefined ? undefined : this.#planned()[index];
    const task = index === undefined ? undefined : this.#tasks[index];
    if (planned === undefined || task === undefined) return this.#openCount > 0 ? "idle" : this.#assess(turn, false);
    return this.#advance(turn, planned, task);
  }

  childChanged(turn: Turn, node: NodeStatus, error: string | undefined): void {
    const target = node.nodeFlag?.hooked === true ? turn.state.nodes.get(node.links?.parent ?? "") : node;
    const planned = this.#plannedNamed(target?.links?.slot);
    const task = planned === undefined ? undefined : this.#tasks[planned.index];
    if (target === undefined || planned === undefined || task === undefined) return;
    if (error !== undefined && target === node) {
      turn.changeNode(node.id, { message: `task '${node.name}' errored: ${error}` });
    }
    this.#note(task, target);
    if (task.isSettled && target.links?.index === undefined) return;
    const current = turn.state.nodes.get(target.id) ?? target;
    const settled = this.#runHooks(turn, planned, current);
    if (settled) this.#settleNode(turn, planned, task, turn.state.nodes.get(target.id) ?? current);
  }

  adopt(turn: Turn, node: NodeStatus): void {
    const planned = this.#plannedNamed(node.links?.slot);
    const task = planned === undefined ? undefined : this.#tasks[planned.index];
    if (planned === undefined || task === undefined || node.nodeFlag?.hooked === true) return;
    const source = node.links?.sources?.[planned.task.name];
    if (source !== undefined) task.slot.source = source;
    if (node.links?.index !== undefined) task.slot.adopt(node);
    else this.#note(task, node);
    if (!isSettled(turn.state, this, hooksFor(planned.task, node), node)) return;
    if (node.links?.index !== undefined) task.slot.settle(node);
    else this.#settleTask(planned, task, node);
  }

  mayWaitForPlace(): boolean {
    return true;
  }

  hookScope(state: MachineState, call: TemplateCall, node: NodeStatus): Scope {
    const index = this.#plannedNamed(node.links?.slot)?.index;
    const seen = this.#plan.ok ? new DagDirectory(state, this.#place, this.#plan.value, index) : undefined;
    const directory = hookDirectory(state, seen ?? { find: () => undefined, names: () => [] }, call, node);
    const item = index === undefined ? undefined : this.#tasks[index]?.slot.itemOf(node, this.#scopesOf(state, index));
    return this.#scope(state, directory, { item });
  }

  #planned(): readonly PlannedTask[] {
    return this.#plan.ok ? this.#plan.value.tasks : [];
  }

  #plannedNamed(name: string | undefined): PlannedTask | undefined {
    if (name === undefined || !this.#plan.ok) return undefined;
    return this.#plan.value.tasks[this.#plan.value.indexOf.get(name) ?? -1];
  }

  #isReady(planned: PlannedTask): boolean {
    const task = this.#tasks[planned.index];
    return planned.isWanted && task !== undefined && !task.hasNode && task.waitingFor === 0;
  }

  #scope(
    state: MachineState,
    directory: ConstructorParameters<typeof Scope>[0]["directory"],
    { isConstant = false, item }: ScopeKind = {},
  ): Scope {
    return new Scope({
      prefix: "tasks",
      template: this.template,
      directory,
      item,
      evaluation: state.evaluation,
      globals: isConstant ? state.spec.globals : state.variables,
      ...(!isConstant && { workflowOutputs: () => state.header.outputs }),
    });
  }

  #scopesOf(state: MachineState, index: number): SlotScopes {
    const plan = this.#plan.ok ? this.#plan.value : { tasks: [], indexOf: new Map<string, number>(), targets: [] };
    const directory = new DagDirectory(state, this.#place, plan, index);
    return { current: this.#scope(state, directory), constant: this.#scope(state, directory, { isConstant: true }) };
  }

  /** Takes the first tasks off the queue that have nothing left to start. */
  #dropExhausted(turn: Turn): void {
    for (let index = this.#ready.peek(); index !== undefined; index = this.#ready.peek()) {
      const planned = this.#planned()[index];
      const task = this.#tasks[index];
      if (planned !== undefined && task !== undefined && !task.isSettled) {
        if (task.groupId === undefined) return;
        if (!task.slot.isExhausted(turn, this.#scopesOf(turn.state, index))) return;
        this.#endLoop(turn, planned, task);
      }
      this.#ready.take();
    }
  }

  #advance(turn: Turn, planned: PlannedTask, task: TaskState): FrameStep {
    if (!task.hasNode) {
      const verdict = this.#conditionOf(turn.state, planned);
      if (!verdict.ok) return this.#placeInstead(turn, planned, "Error", verdict.error);
      if (!verdict.value) return this.#placeInstead(turn, planned, "Omitted", "omitted: depends condition not met");
    }
    const place = placeFor(turn.state, this);
    if (place === "free") return this.#startNext(turn, planned, task);
    // Nothing of the DAG runs and it has failed already: what still waits for a place is given up.
    return this.#openCount === 0 ? this.#assess(turn, true, place) : place;
  }

  #conditionOf(state: MachineState, planned: PlannedTask): Result<boolean> {
    if (planned.problem !== undefined) return { ok: false, error: planned.problem };
    return planned.condition === undefined
      ? ok(true)
      : planned.condition.holds((name, result) => this.#hasResult(state, name, result));
  }

  #startNext(turn: Turn, planned: PlannedTask, task: TaskState): FrameStep {
    const scopes = this.#scopesOf(turn.state, planned.index);
    if (task.slot.isLoop && task.groupId === undefined) return this.#openLoop(turn, planned, task, scopes);
    const next = task.slot.next(turn, scopes);
    if (!next.ok && task.groupId === undefined) return this.#placeInstead(turn, planned, "Error", next.error);
    if (!next.ok) return this.#failLoop(turn, task, next.error);
    if (next.value === undefined) return "again";
    const { call, index } = next.value;
    if (task.groupId === undefined) this.#ready.take();
    const started = startSlot(turn, this.#slotStart(planned, task, call, index));
    // A condition that cannot be evaluated has left its node with the reason; the DAG goes on.
    return started.ok || turn.state.frames.has(this.nodeId) ? "again" : "closed";
  }

  #openLoop(turn: Turn, planned: PlannedTask, task: TaskState, scopes: SlotScopes): FrameStep {
    const prepared = task.slot.prepare(turn, scopes);
    if (!prepared.ok) return this.#placeInstead(turn, planned, "Error", prepared.error);
    if (task.slot.total === 0) return this.#placeInstead(turn, planned, "Skipped", "Skipped, empty params");
    const { source } = task.slot;
    turn.createNode({
      name: taskName(this.#place.node.name, planned.task.name),
      type: "TaskGroup",
      phase: "Running",
      boundaryId: this.nodeId,
      links: { ...this.#linksOf(planned), ...(source !== undefined && { sources: { [planned.task.name]: source } }) },
      details: {
        ...(planned.task.template && { templateName: planned.task.template }),
        ...(planned.task.templateRef !== undefined && { templateRef: planned.task.templateRef }),
        templateScope: this.templateScope,
        nodeFlag: {},
      },
    });
    return "again";
  }

  #placeInstead(turn: Turn, planned: PlannedTask, phase: "Skipped" | "Omitted" | "Error", message: string): FrameStep {
    this.#ready.take();
    placeSkipped(turn, this.#slotStart(planned, undefined, planned.task, undefined), phase, message);
    return "again";
  }

  #failLoop(turn: Turn, task: TaskState, message: string): FrameStep {
    this.#ready.take();
    if (task.groupId !== undefined) turn.markPhase(task.groupId, "Error", message);
    return "again";
  }

  #slotStart(
    planned: PlannedTask,
    task: TaskState | undefined,
    call: TemplateCall,
    index: number | undefined,
  ): SlotStart {
    const links = this.#linksOf(planned);
    return {
      place: this.#place,
      kind: "tasks",
      nodeName: taskName(this.#place.node.name, call.name),
      call,
      links:
        task?.groupId === undefined || index === undefined
          ? links
          : { owner: this.nodeId, slot: planned.task.name, parent: task.groupId, index },
    };
  }

  #linksOf(planned: PlannedTask): Omit<NodeLinks, "ordinal"> {
    const after = planned.dependencies.flatMap((index) => {
      const name = this.#planned()[index]?.task.name;
      return name === undefined ? [] : [this.#idOf(name)];
    });
    return {
      owner: this.nodeId,
      slot: planned.task.name,
      ...(after.length === 0 ? { parent: this.nodeId } : { after }),
      ...(this.isExit && { exit: true }),
    };
  }

  #idOf(task: string): string {
    return this.#state.nodeId(taskName(this.#place.node.name, task));
  }

  #note(task: TaskState, node: NodeStatus): void {
    if (node.links?.index !== undefined) {
      task.slot.note(node);
      return;
    }
    if (task.hasNode) return;
    task.hasNode = true;
    this.#openCount++;
    if (node.type === "TaskGroup") task.groupId = node.id;
    else task.slot.note(node);
  }

  #runHooks(turn: Turn, planned: PlannedTask, node: NodeStatus): boolean {
    const settled = runHooks(turn, this, hooksFor(planned.task, node), node);
    if (settled.ok) return settled.value;
    turn.changeNode(node.id, { phase: "Error", message: settled.error, finishedAtMs: node.finishedAtMs ?? turn.nowMs });
    return true;
  }

  #settleNode(turn: Turn, planned: PlannedTask, task: TaskState, node: NodeStatus): void {
    if (node.links?.index === undefined) {
      this.#settleTask(planned, task, node);
      turn.wake(this.nodeId);
      return;
    }
    if (task.slot.settle(node)) this.#endLoop(turn, planned, task);
  }

  #endLoop(turn: Turn, planned: PlannedTask, task: TaskState): void {
    const { slot, groupId } = task;
    const group = groupId === undefined ? undefined : turn.state.nodes.get(groupId);
    if (group === undefined || slot.open.size > 0 || isFulfilled(group)) return;
    const isStopped = whyStopped(turn.state, this.isExit) !== undefined;
    const isExhausted = slot.isExhausted(turn, this.#scopesOf(turn.state, planned.index));
    if (!isStopped && !isExhausted) return;
    turn.markPhase(group.id, slot.lastFailedPhase ?? (isExhausted ? "Succeeded" : "Failed"));
  }

  #settleTask(planned: PlannedTask, task: TaskState, node: NodeStatus): void {
    if (task.isSettled) return;
    task.isSettled = true;
    this.#openCount--;
    if (task.groupId === undefined) task.slot.settle(node);
    for (const index of planned.dependents) {
      const dependent = this.#tasks[index];
      const plannedDependent = this.#planned()[index];
      if (dependent === undefined || plannedDependent === undefined) continue;
      dependent.waitingFor--;
      if (this.#isOpened && this.#isReady(plannedDependent)) this.#ready.add(index);
    }
  }

  #hasResult(state: MachineState, name: string, result: TaskResult): boolean {
    const node = state.nodeNamed(taskName(this.#place.node.name, name));
    return hasResult(node, this.#tasks[this.#plannedNamed(name)?.index ?? -1]?.slot, result);
  }

  /** Past the workflow's deadline: tasks that have not started never will. */
  #assessStopped(turn: Turn): FrameStep {
    return this.#ready.size > 0 ? this.#end(turn, "Failed") : this.#assess(turn, false);
  }

  #assess(turn: Turn, isWaiting: boolean, otherwise: FrameStep = "idle"): FrameStep {
    if (!this.#plan.ok) return this.#endWithError(turn, this.#plan.error);
    const { state } = turn;
    const nodeOf = (index: number) => {
      const name = this.#planned()[index]?.task.name;
      return name === undefined ? undefined : state.nodeNamed(taskName(this.#place.node.name, name));
    };
    const phase = assessDag(this.#plan.value, this.template.dag?.failFast !== false, nodeOf);
    if (phase === "Running") {
      return isWaiting
        ? otherwise
        : this.#endWithError(turn, "no task of the DAG can start and its targets have not run");
    }
    if (phase !== "Succeeded") return this.#end(turn, phase);
    return isWaiting ? otherwise : this.#succeed(turn, nodeOf);
  }

  #succeed(turn: Turn, nodeOf: (index: number) => NodeStatus | undefined): FrameStep {
    if (!this.#plan.ok) return "closed";
    for (const planned of this.#planned()) exportOutputs(turn, nodeOf(planned.index)?.outputs);
    const directory = new DagDirectory(turn.state, this.#place, this.#plan.value, undefined);
    const outputs = templateOutputs(this.template, this.#scope(turn.state, directory));
    if (!outputs.ok) return this.#endWithError(turn, outputs.error);
    exportOutputs(turn, outputs.value);
    endComposite(turn, this.nodeId, { phase: "Succeeded", ends: this.#ends(turn.state), outputs: outputs.value });
    return "closed";
  }

  #end(turn: Turn, phase: NodeStatus["phase"], message?: string): FrameStep {
    endComposite(turn, this.nodeId, {
      phase,
      ...(message !== undefined && { message }),
      ends: this.#ends(turn.state),
    });
    return "closed";
  }

  #ends(state: MachineState): readonly string[] {
    const targets = this.#plan.ok ? this.#plan.value.targets : [];
    return targets.flatMap((index) => {
      const name = this.#planned()[index]?.task.name;
      const node = name === undefined ? undefined : state.nodeNamed(taskName(this.#place.node.name, name));
      return node === undefined ? [] : [node.id];
    });
  }

  #endWithError(turn: Turn, message: string): FrameStep {
    endWithError(turn, this.nodeId, message);
    return "closed";
  }
}
