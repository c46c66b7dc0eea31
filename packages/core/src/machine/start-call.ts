import type { Variables } from "@capstan/expressions";
import { podNameOf } from "../graph/node-names.ts";
import { fail, ok, type Result } from "../result.ts";
import type { Arguments } from "../spec/arguments.ts";
import type { Template } from "../spec/template.ts";
import { processArguments } from "../template/process-arguments.ts";
import { type Call, linksOf, nodeIdentity, nodeInputs, type PreparedCall } from "./call.ts";
import { startLeaf } from "./leaf.ts";
import { isPodTemplate, templateType } from "./template-library.ts";
import type { Turn } from "./turn.ts";

/** Argo's message when calls are nested too deeply. */
export const depthExceeded =
  "Maximum recursion depth exceeded. See https://argo-workflows.readthedocs.io/en/latest/scaling/#maximum-recursion-depth";

/**
 * Makes a call: creates its node and starts its work. An error is the caller's: the node then exists with phase Error, and the
 * frame that owns it is told.
 */
export function startCall(turn: Turn, call: Call): void {
  const prepared = call.depth >= turn.state.policy.recursionDepthMax ? fail(depthExceeded) : prepareCall(turn, call);
  if (prepared.ok) {
    startPrepared(turn, call, prepared.value);
    return;
  }
  const node = turn.createNode({
    name: call.nodeName,
    type: "Skipped",
    phase: "Error",
    boundaryId: call.boundaryId,
    links: call.links,
    details: { ...nodeIdentity(call), message: prepared.error },
  });
  // Too deep a recursion is a failure of the node alone; its caller goes on as after any failed step.
  if (prepared.error !== depthExceeded) turn.markCallError(node.id, prepared.error);
}

function prepareCall(turn: Turn, call: Call): Result<PreparedCall> {
  const { state } = turn;
  const found = state.library.find(call.reference, call.scope);
  if (!found.ok) return found;
  const { template, scope } = found.value;
  const processed = processTemplate(turn, template, call, call.args);
  if (!processed.ok) return processed;
  const retryStrategy = processed.value.retryStrategy ?? state.spec.spec.retryStrategy;
  return ok({ template: processed.value, retryStrategy, scope });
}

/** Gives a template its inputs and replaces the tags that can be: in steps and DAG templates only constant names, see WorkflowVariables. */
export function processTemplate(
  turn: Turn,
  template: Template,
  call: Pick<Call, "nodeName" | "caller">,
  args: Arguments | undefined,
): Result<Template> {
  const { state } = turn;
  const type = templateType(template);
  const isComposite = type === "steps" || type === "dag";
  // An attempt sees the values of its own moment, so a retried template waits for it.
  const isRetried = (template.retryStrategy ?? state.spec.spec.retryStrategy) !== undefined;
  return processArguments(template, args, {
    globals: isComposite || isRetried ? state.spec.globals : state.variables,
    configMaps: state.bundle.configMaps,
    evaluation: state.evaluation,
    locals: localVariables(turn, template, call),
  });
}

function localVariables(turn: Turn, template: Template, call: Pick<Call, "nodeName" | "caller">): Variables {
  const { state } = turn;
  const locals = new Map([
    ["node.name", call.nodeName],
    [`${call.caller.kind}.name`, call.caller.name],
  ]);
  const isRetried = template.retryStrategy !== undefined || state.spec.spec.retryStrategy !== undefined;
  if (!isRetried && isPodTemplate(template)) {
    locals.set("pod.name", podNameOf(state.name, state.nodeId(call.nodeName), template.name));
  }
  return locals;
}

function startPrepared(turn: Turn, call: Call, prepared: PreparedCall): void {
  if (prepared.retryStrategy === undefined) {
    startWork(turn, call, prepared);
    return;
  }
  const node = turn.createNode({
    name: call.nodeName,
    type: "Retry",
    phase: "Running",
    boundaryId: call.boundaryId,
    links: linksOf(call),
    details: {
      ...nodeIdentity(call),
      ...nodeInputs(prepared.template),
      // In Argo a hook's node and its attempts share one flag.
      ...(call.flag !== undefined && { nodeFlag: { ...call.flag, retried: true } }),
    },
  });
  turn.openFrame(turn.frames.retry(node, call, prepared, prepared.retryStrategy));
}

/** Starts a call's work itself, retries aside. */
export function startWork(turn: Turn, call: Call, prepared: PreparedCall): void {
  const { template, scope } = prepared;
  const type = templateType(template);
  if (type !== "steps" && type !== "dag") {
    startLeaf(turn, call, template);
    return;
  }
  const node = turn.createNode({
    name: call.nodeName,
    type: type === "steps" ? "Steps" : "DAG",
    phase: "Running",
    boundaryId: call.boundaryId,
    links: linksOf(call),
    details: { ...nodeIdentity(call), ...nodeInputs(template) },
  });
  const place = { node, template, scope, depth: call.depth, isExit: call.links.exit === true };
  turn.openFrame(turn.frames[type](turn.state, place));
}
