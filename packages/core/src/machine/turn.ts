import { displayNameOf } from "../graph/node-names.ts";
import { isFulfilled, isLeaf, isTerminal } from "../graph/phases.ts";
import type { NodeLinks, NodePhase, NodeStatus, NodeType, WorkflowHeader } from "../status.ts";
import type { TimerChange, WorkflowCommand } from "./command.ts";
import type { Decision } from "./decision.ts";
import type { Frame } from "./frame.ts";
import type { FrameFactory } from "./frame-factory.ts";
import type { MachineState } from "./state.ts";

interface Touched {
  readonly nodeId: string;
  readonly error: string | undefined;
}

/** A node to be created: everything but what follows from its name and the moment. */
export interface NewNode {
  readonly name: string;
  readonly type: NodeType;
  readonly phase: NodePhase;
  readonly boundaryId: string | undefined;
  readonly links: Omit<NodeLinks, "ordinal">;
  readonly details: Partial<NodeStatus>;
}

/** The work that one event causes: changes nodes, collects what the commit must hold, and passes changes on to frames without recursion. */
export class Turn {
  readonly state: MachineState;
  readonly nowMs: number;
  readonly frames: FrameFactory;
  readonly commands: WorkflowCommand[] = [];
  readonly timers: TimerChange[] = [];
  readonly removedNodeIds: string[] = [];
  deleted = false;
  /** The node whose task is heard to have begun, the first time that it is. */
  begun: NodeStatus | undefined;
  readonly #headerBefore: WorkflowHeader;
  readonly #changed = new Set<string>();
  readonly #touched: Touched[] = [];
  #touchedAt = 0;
  readonly #stack: string[] = [];
  /** Frames whose first step comes before all else. */
  readonly #first: string[] = [];

  constructor(state: MachineState, nowMs: number, frames: FrameFactory) {
    this.state = state;
    this.frames = frames;
    this.nowMs = nowMs;
    state.nowMs = nowMs;
    this.#headerBefore = state.header;
  }

  createNode(node: NewNode): NodeStatus {
    const { state } = this;
    const boundaryName = node.boundaryId === undefined ? undefined : state.nodes.get(node.boundaryId)?.name;
    const created: NodeStatus = {
      id: state.nodeId(node.name),
      name: node.name,
      displayName: displayNameOf(node.name, boundaryName),
      type: node.type,
      phase: node.phase,
      ...(node.boundaryId !== undefined && { boundaryID: node.boundaryId }),
      startedAtMs: this.nowMs,
      ...(isTerminal(node.phase) && { finishedAtMs: this.nowMs }),
      ...(isLeaf(node.type) && { progress: "0/1" }),
      ...node.details,
      links: { ordinal: state.nextOrdinal, ...node.links },
    };
    this.#put(created);
    this.#touched.push({ nodeId: created.id, error: undefined });
    return created;
  }

  /** Changes fields of a node without telling anyone; its phase stays. */
  changeNode(id: string, change: Partial<NodeStatus>): void {
    const node = this.state.nodes.get(id);
    if (node !== undefined) this.#put({ ...node, ...change });
  }

  /** Puts a node in place of itself and tells the frame that called it. */
  replaceNode(node: NodeStatus): void {
    this.#put(node);
    this.touch(node.id);
  }

  /** Gives a node its phase, its message and, when it has ended, its time; tells the frame that called it. A node that has ended keeps its phase. */
  markPhase(id: string, phase: NodePhase, message?: string, change?: Partial<NodeStatus>): void {
    const node = this.state.nodes.get(id);
    if (node === undefined) return;
    const marked: NodeStatus = {
      ...node,
      phase,
      ...(phase === "Succeeded" && node.progress !== undefined && { progress: completedProgress(node.progress) }),
      ...(message !== undefined && { message }),
      ...(isTerminal(phase) && node.finishedAtMs === undefined && { finishedAtMs: this.nowMs }),
      ...change,
    };
    this.#put(withoutEmptyMessage(marked));
    this.#touched.push({ nodeId: id, error: undefined });
  }

  /** Like markPhase with phase Error, where the call itself went wrong: the caller's frame fails with it. */
  markCallError(id: string, message: string): void {
    const node = this.state.nodes.get(id);
    if (node === undefined) return;
    this.#put({ ...node, phase: "Error", message, finishedAtMs: node.finishedAtMs ?? this.nowMs });
    this.#touched.push({ nodeId: id, error: message });
  }

  /** A daemon that is no longer needed has succeeded. */
  endDaemon(node: NodeStatus): void {
    const { daemoned: _daemoned, ...rest } = node;
    this.#put({ ...rest, phase: "Succeeded", finishedAtMs: node.finishedAtMs ?? this.nowMs });
  }

  /** Tells the frame that called the node to look at it. */
  touch(nodeId: string): void {
    this.#touched.push({ nodeId, error: undefined });
  }

  changeHeader(change: Partial<WorkflowHeader>): void {
    this.state.header = { ...this.state.header, ...change };
  }

  removeNode(id: string): void {
    this.state.removeNode(id);
    this.#changed.delete(id);
    this.removedNodeIds.push(id);
  }

  setTimer(timerId: string, dueAtMs: number): void {
    this.timers.push({ type: "set-timer", timerId, dueAtMs });
  }

  clearTimer(timerId: string): void {
    this.timers.push({ type: "clear-timer", timerId });
  }

  openFrame(frame: Frame): void {
    this.state.frames.set(frame.nodeId, frame);
    frame.opened();
    if (frame.holdsPlace === true) this.#first.push(frame.nodeId);
    else this.wake(frame.nodeId);
  }

  /** Ends a frame: what it still called goes on without it, and its nodes change nothing above. */
  closeFrame(nodeId: string): void {
    this.state.frames.delete(nodeId);
  }

  /** The frame may have something to do. */
  wake(nodeId: string): void {
    if (this.#stack.at(-1) !== nodeId) this.#stack.push(nodeId);
  }

  /** Works until every frame has done what it can: changes first, then the frame that was opened last, then those that waited for a place. */
  run(hasPlace: () => boolean): void {
    // While the workflow is suspended nothing follows from what its tasks do; the end of the suspension looks at everything.
    if (this.state.header.suspended) return;
    for (;;) {
      if (this.#deliver()) continue;
      const id = this.#first.pop() ?? this.#stack.pop();
      if (id !== undefined) {
        this.#step(id);
        continue;
      }
      if (this.state.waiting.size === 0 || !hasPlace()) return;
      const waiting = this.state.waiting.take();
      if (waiting !== undefined) this.wake(waiting);
    }
  }

  decision(): Decision {
    const { state } = this;
    const nodes: NodeStatus[] = [];
    for (const id of this.#changed) {
      const node = state.nodes.get(id);
      if (node !== undefined) nodes.push(node);
    }
    if (nodes.length > 1) nodes.sort((left, right) => (left.links?.ordinal ?? 0) - (right.links?.ordinal ?? 0));
    if (state.header.progress !== state.progress) this.changeHeader({ progress: state.progress });
    return {
      ...(state.header !== this.#headerBefore && { header: state.header }),
      nodes,
      ...(this.begun !== undefined && { begun: this.begun }),
      removedNodeIds: this.removedNodeIds.filter((id) => !state.nodes.has(id)),
      timers: this.timers,
      commands: this.commands,
      deleted: this.deleted,
    };
  }

  #put(node: NodeStatus): void {
    this.state.setNode(node);
    this.#changed.add(node.id);
  }

  #deliver(): boolean {
    const touched = this.#touched[this.#touchedAt];
    if (touched === undefined) {
      this.#touched.length = 0;
      this.#touchedAt = 0;
      return false;
    }
    this.#touchedAt++;
    const node = this.state.nodes.get(touched.nodeId);
    if (node === undefined) return true;
    const owner = node.links?.owner ?? rootFrameId;
    const frame = this.state.frames.get(owner);
    if (frame === undefined || !this.#isAttached(frame)) return true;
    frame.childChanged(this, node, touched.error);
    if (!isFulfilled(node) && touched.error === undefined) return true;
    this.wake(owner);
    // Limits and failFast count what runs below a boundary, whoever called it: the boundary looks first.
    if (node.boundaryID !== undefined && node.boundaryID !== owner) this.wake(node.boundaryID);
    return true;
  }

  /** Is everything above the frame still there? What a frame called that has ended must start nothing more. */
  #isAttached(frame: Frame): boolean {
    let id = frame.nodeId;
    while (id !== rootFrameId) {
      id = this.state.nodes.get(id)?.links?.owner ?? rootFrameId;
      if (!this.state.frames.has(id)) return false;
    }
    return true;
  }

  #step(id: string): void {
    const frame = this.state.frames.get(id);
    if (frame === undefined) return;
    if (!this.#isAttached(frame)) {
      this.closeFrame(id);
      return;
    }
    const height = this.#stack.length;
    const result = frame.step(this);
    // Below what the step has opened: a call's own work comes before its siblings, as in Argo.
    if (result === "again") this.#stack.splice(height, 0, id);
    else if (result === "blocked") this.state.waiting.add(id, this.state.nodes.get(id)?.links?.ordinal ?? -1);
    else if (result === "closed") this.closeFrame(id);
  }
}

/** The frame of the workflow itself. */
export const rootFrameId = "";

function withoutEmptyMessage(node: NodeStatus): NodeStatus {
  if (node.message !== "") return node;
  const { message: _message, ...rest } = node;
  return rest;
}

/** The progress of a node that has done all it had to do. */
export function completedProgress(progress: string | undefined): string {
  const total = progress?.split("/")[1] ?? "1";
  return `${total}/${total}`;
}
