import { fingerprintOf } from "../failure/fingerprint.ts";
import type { TaskFacts } from "../failure/task-facts.ts";
import { taskImage } from "../failure/task-image.ts";
import { callNameIn } from "../graph/node-names.ts";
import type { Parameter } from "../spec/arguments.ts";
import type { Template } from "../spec/template.ts";
import type { NodeStatus } from "../status.ts";
import { type TaskOutcome, taskId } from "../task.ts";
import { prepareAgain } from "./rebuild-frames.ts";
import type { MachineState } from "./state.ts";
import type { Turn } from "./turn.ts";

const parametersMax = 30;
const valueLengthMax = 200;
const textLengthMax = 2_048;

/** The node has got its outcome: has a failed task written down under its fingerprint, and of each template the workflow's first good run, to compare with. */
export function recordOutcome(
  turn: Turn,
  node: NodeStatus,
  template: Template | undefined,
  outcome: TaskOutcome,
): void {
  const { state } = turn;
  if (outcome.phase === "Succeeded") {
    if (state.successes.of(node) > 1) return;
    turn.commands.push({ type: "record-good-run", run: factsOf(turn, node, template, outcome) });
    return;
  }
  const facts = factsOf(turn, node, template, outcome);
  const exitCode = outcome.outputs?.exitCode;
  const { message, logTail } = outcome;
  const names = [state.name, state.uid];
  const { id, title } = fingerprintOf({
    ...{ exitCode, message, logTail, names },
    image: facts.image,
    template: facts.template,
  });
  turn.commands.push({
    type: "record-failure",
    failure: {
      ...facts,
      ...{ phase: outcome.phase, fingerprint: id, title },
      ...(exitCode !== undefined && { exitCode }),
      ...(message !== undefined && { message: message.slice(0, textLengthMax) }),
      ...(logTail !== undefined && { logTail: logTail.slice(-textLengthMax) }),
    },
  });
}

function factsOf(turn: Turn, node: NodeStatus, template: Template | undefined, outcome: TaskOutcome): TaskFacts {
  const { state } = turn;
  const image = resolvedImage(turn, node, template);
  return {
    taskId: taskId(state.uid, node.id, node.attempt ?? 0),
    ...{ workflowUid: state.uid, namespace: state.namespace, workflowName: state.name },
    ...{ nodeId: node.id, nodeName: node.name, template: templateIdentity(state, node) },
    ...(image !== undefined && { image }),
    ...(outcome.hostNodeName !== undefined && { hostNodeName: outcome.hostNodeName }),
    parameters: valuesOf(node.inputs?.parameters ?? []),
    ...{ startedAtMs: outcome.startedAtMs, finishedAtMs: outcome.finishedAtMs },
  };
}

/** Workflows of one manifest have one name for a template: that of the WorkflowTemplate it is from, or what their own names begin with. */
function templateIdentity(state: MachineState, node: NodeStatus): string {
  const { templateRef, templateScope = "", templateName = callNameIn(node.name) } = node;
  if (templateRef !== undefined)
    return `${templateRef.clusterScope === true ? "cluster" : "namespaced"}/${templateRef.name}/${templateRef.template}`;
  if (templateScope !== "" && !templateScope.startsWith("local/")) return `${templateScope}/${templateName}`;
  const { spec, metadata } = state.bundle.workflow;
  const origin = spec.workflowTemplateRef;
  if (origin?.name !== undefined)
    return `${origin.clusterScope === true ? "cluster" : "namespaced"}/${origin.name}/${templateName}`;
  return `local/${metadata.generateName?.replace(/-$/, "") ?? state.name}/${templateName}`;
}

function resolvedImage(turn: Turn, node: NodeStatus, template: Template | undefined): string | undefined {
  const written = taskImage(template);
  return written?.includes("{{") === true ? taskImage(prepareAgain(turn, node)?.template) : written;
}

function valuesOf(parameters: readonly Parameter[]): TaskFacts["parameters"] {
  return Object.fromEntries(
    parameters.slice(0, parametersMax).map(({ name, value = "" }) => [name, value.slice(0, valueLengthMax)]),
  );
}
