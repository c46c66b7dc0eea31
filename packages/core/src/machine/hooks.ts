import { replaceTemplate } from "@capstan/expressions";
import { hookName, onExitName } from "../graph/node-names.ts";
import { isCompleted, isFulfilled } from "../graph/phases.ts";
import { fail, ok, type Result } from "../result.ts";
import type { LifecycleHook, TemplateCall } from "../spec/template.ts";
import type { NodeStatus } from "../status.ts";
import { evaluateToBoolean } from "../template/evaluate-expression.ts";
import { resolveHookArguments } from "../template/resolve-call.ts";
import type { Scope } from "../template/scope.ts";
import { reportingNode } from "./reporting-node.ts";
import { shouldExecute } from "./shutdown.ts";
import { startCall } from "./start-call.ts";
import type { MachineState } from "./state.ts";
import type { Turn } from "./turn.ts";

/** A frame that calls steps or tasks, as far as their hooks need it. */
export interface HookCaller {
  readonly nodeId: string;
  readonly depth: number;
  readonly isExit: boolean;
  /** Where hooks' templates are looked up. */
  readonly templateScope: string;
  /** What a hook of the node may refer to. */
  hookScope(state: MachineState, call: TemplateCall, node: NodeStatus): Scope;
}

/** Does anything follow the call's node besides its own work? */
export function hasHooks(call: TemplateCall): boolean {
  return call.onExit !== undefined || call.hooks !== undefined;
}

/** Starts the hooks and the exit handler of a node that are due; says whether the node and all of them have ended. */
export function runHooks(turn: Turn, caller: HookCaller, call: TemplateCall, node: NodeStatus): Result<boolean> {
  const { state } = turn;
  const due = dueHooks(state, caller, call, node);
  if (!due.ok) return due;
  for (const hook of due.value) {
    const started = startHook(turn, caller, call, node, hook);
    if (!started.ok) return started;
  }
  return ok(due.value.length === 0 && isSettled(state, caller, call, node));
}

/** Has the node ended, with every hook that it started and the exit handler that it owes? */
export function isSettled(state: MachineState, caller: HookCaller, call: TemplateCall, node: NodeStatus): boolean {
  if (!isFulfilled(node)) return false;
  if (!hasHooks(call)) return true;
  const due = dueHooks(state, caller, call, node);
  if (due.ok && due.value.length > 0) return false;
  return hookNodeNames(call, node).every((name) => {
    const hookNode = state.nodeNamed(name);
    return hookNode === undefined || isFulfilled(hookNode);
  });
}

interface DueHook {
  readonly nodeName: string;
  readonly hook: LifecycleHook;
  readonly isExit: boolean;
}

function hookNodeNames(call: TemplateCall, node: NodeStatus): readonly string[] {
  const names = Object.keys(call.hooks ?? {}).filter((name) => name !== "exit");
  return [...names.map((name) => hookName(node.name, name)), onExitName(node.name)];
}

function dueHooks(
  state: MachineState,
  caller: HookCaller,
  call: TemplateCall,
  node: NodeStatus,
): Result<readonly DueHook[]> {
  const due: DueHook[] = [];
  for (const [name, written] of Object.entries(call.hooks ?? {})) {
    const nodeName = hookName(node.name, name);
    if (name === "exit" || state.nodeNamed(nodeName) !== undefined) continue;
    if (!written.expression) return fail(`Expression required for hook ${nodeName}`);
    const hook = dueHook(state, caller, call, node, written);
    if (!hook.ok) return hook;
    if (hook.value !== undefined) due.push({ nodeName, hook: hook.value, isExit: caller.isExit });
  }
  const exit = dueExitHook(state, caller, call, node);
  if (!exit.ok) return exit;
  return ok(exit.value === undefined ? due : [...due, exit.value]);
}

function dueExitHook(
  state: MachineState,
  caller: HookCaller,
  call: TemplateCall,
  node: NodeStatus,
): Result<DueHook | undefined> {
  const written = exitHookOf(state, call);
  const nodeName = onExitName(node.name);
  if (written === undefined || !isCompleted(node.phase) || state.nodeNamed(nodeName) !== undefined)
    return ok(undefined);
  if (!shouldExecute(state.header.shutdown, true)) return ok(undefined);
  const hook = dueHook(state, caller, call, node, written);
  if (!hook.ok) return hook;
  return ok(hook.value === undefined ? undefined : { nodeName, hook: hook.value, isExit: true });
}

/** The hook as it is for the node, if its expression holds. */
function dueHook(
  state: MachineState,
  caller: HookCaller,
  call: TemplateCall,
  node: NodeStatus,
  written: LifecycleHook,
): Result<LifecycleHook | undefined> {
  const scope = caller.hookScope(state, call, node);
  const hook = withItem(written, scope);
  if (!hook.ok || !hook.value.expression) return hook;
  const holds = evaluateToBoolean(hook.value.expression, scope, state.evaluation);
  return holds.ok ? ok(holds.value ? hook.value : undefined) : holds;
}

/** The hook of one of a loop's nodes with its item put in; other tags stay for later. */
function withItem(hook: LifecycleHook, { item, evaluation }: Scope): Result<LifecycleHook> {
  if (item === undefined) return ok(hook);
  const replaced = replaceTemplate(JSON.stringify(hook), item, { allowUnresolved: true, ...evaluation });
  return replaced.ok ? ok(JSON.parse(replaced.value)) : replaced;
}

function exitHookOf(state: MachineState, call: TemplateCall): LifecycleHook | undefined {
  const args = state.spec.arguments;
  if (call.onExit) return { template: call.onExit, arguments: args };
  const hook = call.hooks?.["exit"];
  return hook === undefined || hook.arguments !== undefined ? hook : { ...hook, arguments: args };
}

function startHook(
  turn: Turn,
  caller: HookCaller,
  call: TemplateCall,
  node: NodeStatus,
  due: DueHook,
): Result<undefined> {
  const { state } = turn;
  const { arguments: raw } = due.hook;
  const isResolved = due.nodeName === onExitName(node.name) || reportingNode(state, node).outputs !== undefined;
  const args =
    raw === undefined || !isResolved ? ok(raw) : resolveHookArguments(raw, caller.hookScope(state, call, node));
  if (!args.ok) return args;
  startCall(turn, {
    nodeName: due.nodeName,
    reference: due.hook,
    caller: { kind: "steps", name: "" },
    scope: caller.templateScope,
    args: args.value,
    boundaryId: caller.nodeId,
    depth: caller.depth + 1,
    flag: { hooked: true },
    links: {
      owner: caller.nodeId,
      parent: node.id,
      ...(node.links?.slot !== undefined && { slot: node.links.slot }),
      ...(due.isExit && { exit: true }),
    },
  });
  return ok(undefined);
}
