import { parseDurationMs } from "../duration.ts";
import { callNameIn, podNameOf } from "../graph/node-names.ts";
import type { JsonObject } from "../json.ts";
import type { Template } from "../spec/template.ts";
import type { WorkflowSpec } from "../spec/workflow.ts";
import type { NodeStatus } from "../status.ts";
import { type Task, taskId } from "../task.ts";
import type { MachineState } from "./state.ts";
import { taskBid } from "./task-bid.ts";
import { workflowDeadlineMs } from "./workflow-deadline.ts";

/** The task of a node's present attempt. */
export function buildTask(state: MachineState, node: NodeStatus, template: Template): Task {
  const templateName = node.templateRef?.template ?? node.templateName ?? template.name;
  const attempt = node.attempt ?? 0;
  const deadlineAtMs = taskDeadlineMs(state, node, template);
  const runLimitMs = runLimit(template);
  const metadata = template.metadata ?? {};
  return {
    id: taskId(state.uid, node.id, attempt),
    workflowUid: state.uid,
    workflowName: state.name,
    namespace: state.namespace,
    nodeId: node.id,
    nodeName: node.name,
    attempt,
    podName: podNameOf(state.name, node.id, templateName),
    pool: node.pool ?? state.policy.defaultPool,
    template,
    podDefaults: podDefaultsOf(state.spec.spec),
    captureResult: capturesResult(state, node, template),
    readyAtMs: state.nowMs,
    ...(deadlineAtMs !== undefined && { deadlineAtMs }),
    ...(runLimitMs !== undefined && { runLimitMs }),
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    bid: taskBid(state, node),
  };
}

function taskDeadlineMs(state: MachineState, node: NodeStatus, template: Template): number | undefined {
  const candidates: number[] = [];
  const ofWorkflow = node.links?.exit === true ? undefined : workflowDeadlineMs(state);
  if (ofWorkflow !== undefined) candidates.push(ofWorkflow);
  if (node.links?.deadlineAtMs !== undefined) candidates.push(node.links.deadlineAtMs);
  const timeout = template.timeout ? parseDurationMs(template.timeout) : undefined;
  if (timeout?.ok === true && node.startedAtMs !== undefined) candidates.push(node.startedAtMs + timeout.value);
  return candidates.length === 0 ? undefined : Math.min(...candidates);
}

function runLimit(template: Template): number | undefined {
  const seconds = Number(template.activeDeadlineSeconds ?? "");
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined;
}

/** What the spec says of the workflow itself rather than of its Pods. */
const workflowFields: ReadonlySet<string> = new Set([
  "entrypoint",
  "templates",
  "arguments",
  "onExit",
  "hooks",
  "parallelism",
  "activeDeadlineSeconds",
  "suspend",
  "shutdown",
  "priority",
  "retryStrategy",
  "templateDefaults",
  "workflowTemplateRef",
  "ttlStrategy",
  "workflowMetadata",
  "synchronization",
  "metrics",
  "podDisruptionBudget",
]);

const podDefaults = new WeakMap<WorkflowSpec, JsonObject>();

function podDefaultsOf(spec: WorkflowSpec): JsonObject {
  let defaults = podDefaults.get(spec);
  if (defaults === undefined) {
    const fields = Object.entries(spec).filter(([field]) => !workflowFields.has(field));
    defaults = JSON.parse(JSON.stringify(Object.fromEntries(fields))) as JsonObject;
    podDefaults.set(spec, defaults);
  }
  return defaults;
}

/** For each template that calls others: the names of the calls whose `outputs.result` it refers to. */
const wantedResults = new WeakMap<Template, ReadonlySet<string>>();

/** Does the template that called the node refer to its `outputs.result` anywhere? */
function capturesResult(state: MachineState, node: NodeStatus, template: Template): boolean {
  if (template.data !== undefined) return true;
  const boundary = node.boundaryID === undefined ? undefined : state.frames.get(node.boundaryID)?.template;
  if (boundary === undefined) return false;
  let wanted = wantedResults.get(boundary);
  if (wanted === undefined) {
    wanted = resultReferences(boundary);
    wantedResults.set(boundary, wanted);
  }
  return wanted.has(callNameIn(node.name));
}

// One search over the text finds all names: a search for each would make a long chain's cost grow with its square.
function resultReferences(boundary: Template): ReadonlySet<string> {
  const text = JSON.stringify(boundary);
  if (!text.includes("outputs.result")) return new Set();
  const references = text.matchAll(/(?:steps|tasks)(?:\.|\['|\[\\")([\w-]+)(?:'\]|\\"\])?\.outputs\.result/g);
  return new Set(Array.from(references, ([, name = ""]) => name));
}
