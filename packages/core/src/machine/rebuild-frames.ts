import { isTerminal } from "../graph/phases.ts";
import { ok, type Result } from "../result.ts";
import type { Arguments } from "../spec/arguments.ts";
import type { Template } from "../spec/template.ts";
import type { NodeStatus } from "../status.ts";
import { attemptTemplate } from "./attempt-template.ts";
import type { Call, PreparedCall } from "./call.ts";
import type { Frame } from "./frame.ts";
import { attemptsOf } from "./reporting-node.ts";
import { isEnded } from "./root-frame.ts";
import { processTemplate } from "./start-call.ts";
import type { MachineState } from "./state.ts";
import { templateType } from "./template-library.ts";
import { rootFrameId, type Turn } from "./turn.ts";

/**
 * Makes the frames of all composite nodes that run, from the nodes alone: after a load, and wherever so much has changed (a
 * manual retry, the end of a suspension) that starting afresh is simpler than following. Starts nothing.
 */
export function rebuildFrames(turn: Turn): void {
  const { state } = turn;
  state.frames.clear();
  if (isEnded(state.header.phase)) return;
  add(state, turn.frames.root());
  const ordered = [...state.nodes.values()].sort(byOrdinal);
  for (const node of ordered) if (!isTerminal(node.phase)) openFrameOf(turn, node);
  for (const node of ordered) state.frames.get(node.links?.owner ?? rootFrameId)?.adopt(turn, node);
  for (const frame of state.frames.values()) {
    frame.opened();
    if (!frame.mayWaitForPlace(state)) continue;
    state.waiting.add(frame.nodeId, state.nodes.get(frame.nodeId)?.links?.ordinal ?? -1);
  }
}

/** Lets every frame and every node that runs be looked at again. */
export function wakeEverything(turn: Turn): void {
  const { state } = turn;
  const ordered = [...state.nodes.values()].sort(byOrdinal);
  for (const frame of [...state.frames.keys()].reverse()) turn.wake(frame);
  for (const node of ordered) if (state.frames.has(node.links?.owner ?? rootFrameId)) turn.touch(node.id);
}

function byOrdinal(left: NodeStatus, right: NodeStatus): number {
  return (left.links?.ordinal ?? 0) - (right.links?.ordinal ?? 0);
}

function add(state: MachineState, frame: Frame): void {
  state.frames.set(frame.nodeId, frame);
}

function openFrameOf(turn: Turn, node: NodeStatus): void {
  const { state } = turn;
  if (node.type !== "Steps" && node.type !== "DAG" && node.type !== "Retry") return;
  // What a closed frame has called belongs to nobody any more.
  if (!state.frames.has(node.links?.owner ?? rootFrameId)) return;
  const prepared = prepareAgain(turn, node);
  if (prepared === undefined) return;
  const call = callOf(state, node);
  if (node.type === "Retry") {
    if (prepared.retryStrategy !== undefined)
      add(state, turn.frames.retry(node, call, prepared, prepared.retryStrategy));
    return;
  }
  const place = {
    node,
    template: prepared.template,
    scope: prepared.scope,
    depth: call.depth,
    isExit: node.links?.exit === true,
  };
  add(
    state,
    templateType(prepared.template) === "dag" ? turn.frames.dag(state, place) : turn.frames.steps(state, place),
  );
}

/** The template of a node that exists, processed with the inputs that the node has; undefined when it cannot be found any more. */
export function prepareAgain(turn: Turn, node: NodeStatus): PreparedCall | undefined {
  const call = callOf(turn.state, node);
  const found = turn.state.library.find(call.reference, call.scope);
  if (!found.ok) return undefined;
  const { template, scope } = found.value;
  const supplied = processTemplate(turn, template, call, call.args);
  const processed = supplied.ok ? asAttempt(turn.state, node, supplied.value) : supplied;
  if (!processed.ok) return undefined;
  return {
    template: processed.value,
    retryStrategy: processed.value.retryStrategy ?? turn.state.spec.spec.retryStrategy,
    scope,
  };
}

function asAttempt(state: MachineState, node: NodeStatus, template: Template): Result<Template> {
  const retry = state.nodes.get(node.links?.owner ?? "");
  if (node.nodeFlag?.retried !== true || retry?.type !== "Retry") return ok(template);
  const attempts = attemptsOf(state, retry);
  const attempt = attempts.findIndex(({ id }) => id === node.id);
  return attemptTemplate(state, template, callOf(state, retry), attempt, attempts[attempt - 1]);
}

function callOf(state: MachineState, node: NodeStatus): Call {
  const { owner, parent, slot, exit, deadlineAtMs, index, inline } = node.links ?? {};
  // An attempt is named after the call that is retried.
  const called = node.nodeFlag?.retried === true && owner !== undefined ? (state.nodes.get(owner) ?? node) : node;
  const boundary = node.boundaryID === undefined ? undefined : state.nodes.get(node.boundaryID);
  const isHook = node.nodeFlag?.hooked === true || boundary === undefined;
  const inlineTemplate = inline ?? called.links?.inline;
  return {
    nodeName: node.name,
    reference: {
      ...(inlineTemplate !== undefined && { inline: inlineTemplate }),
      ...(node.templateRef !== undefined && { templateRef: node.templateRef }),
      ...(node.templateName !== undefined && { template: node.templateName }),
    },
    caller: {
      kind: !isHook && boundary.type === "DAG" ? "tasks" : "steps",
      name: isHook ? "" : called.displayName,
    },
    scope: node.templateScope ?? state.library.localScope,
    args: argumentsOf(node),
    boundaryId: node.boundaryID,
    depth: (boundary === undefined ? 0 : (state.frames.get(boundary.id)?.depth ?? 0)) + 1,
    flag: node.nodeFlag,
    links: {
      ...(owner !== undefined && { owner }),
      ...(parent !== undefined && { parent }),
      ...(slot !== undefined && { slot }),
      ...(index !== undefined && { index }),
      ...(exit !== undefined && { exit }),
      ...(deadlineAtMs !== undefined && { deadlineAtMs }),
    },
  };
}

function argumentsOf(node: NodeStatus): Arguments {
  return { ...node.inputs };
}
