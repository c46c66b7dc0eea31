import type { Variables } from "@capstan/expressions";
import { podNameOf } from "../graph/node-names.ts";
import { fail, ok, type Result } from "../result.ts";
import type { Arguments } from "../spec/arguments.ts";
import type { RetryStrategy, Template } from "../spec/template.ts";
import type { NodeLinks, NodeStatus } from "../status.ts";
import { processArguments } from "../template/process-arguments.ts";
import { DagFrame } from "./dag-frame.ts";
import { startLeaf } from "./leaf.ts";
import { RetryFrame } from "./retry-frame.ts";
import { StepsFrame } from "./steps-frame.ts";
import { isPodTemplate, type TemplateReference, templateType } from "./template-library.ts";
import type { Turn } from "./turn.ts";

/** One call of a template: of a step, a task, a hook, the entrypoint. */
export interface Call {
  readonly nodeName: string;
  readonly reference: TemplateReference;
  /** What `steps.name` or `tasks.name` says inside the called template. */
  readonly caller: { readonly kind: "steps" | "tasks"; readonly name: string };
  /** Where the reference is looked up. */
  readonly scope: string;
  readonly args: Arguments | undefined;
  readonly boundaryId: string | undefined;
  readonly depth: number;
  readonly flag: NodeStatus["nodeFlag"];
  readonly links: Omit<NodeLinks, "ordinal">;
}

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

/** A call whose template is known and has its inputs. */
export interface PreparedCall {
  /** Tags of the inputs and of constant names are replaced; in leaf templates all. */
  readonly template: Template;
  readonly retryStrategy: RetryStrategy | undefined;
  /** Where the template's own calls are looked up. */
  readonly scope: string;
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
  return processArguments(template, args, {
    globals: isComposite ? state.spec.globals : state.variables,
    configMaps: state.bundle.configMaps,
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
    locals.set("pod.name", podNameOf(state.name, call.nodeName, template.name));
  }
  return locals;
}

/** The fields of a node that say which template it runs. */
export function nodeIdentity(call: Pick<Call, "reference" | "scope" | "flag">): Partial<NodeStatus> {
  const { template, templateRef } = call.reference;
  return {
    ...(template && { templateName: template }),
    ...(templateRef !== undefined && { templateRef }),
    templateScope: call.scope,
    ...(call.flag !== undefined && { nodeFlag: call.flag }),
  };
}

/** The fields of a node that runs a template with inputs. */
export function nodeInputs(template: Template): Partial<NodeStatus> {
  const { parameters = [], artifacts = [] } = template.inputs ?? {};
  if (parameters.length === 0 && artifacts.length === 0) return {};
  return {
    inputs: { ...(parameters.length > 0 && { parameters }), ...(artifacts.length > 0 && { artifacts }) },
  };
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
    details: { ...nodeIdentity(call), ...nodeInputs(prepared.template) },
  });
  turn.openFrame(new RetryFrame(node, call, prepared, prepared.retryStrategy));
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
  turn.openFrame(type === "steps" ? new StepsFrame(turn.state, place) : new DagFrame(turn.state, place));
}

/** The links of a call's node; an inline template is kept with it, since it may hold values of the moment. */
export function linksOf(call: Call): Omit<NodeLinks, "ordinal"> {
  const { inline } = call.reference;
  return inline === undefined ? call.links : { ...call.links, inline };
}

