import { gzipSync } from "node:zlib";
import { type JsonObject, type StoredWorkflow, toWorkflowObject, type WorkflowHeader } from "@capstan/core";
import type { ActedOn } from "./wishes.ts";
import {
  completedLabel,
  controlsIn,
  controlsOf,
  isFinal,
  type ProjectedControls,
  phaseLabel,
  sameControls,
  type WorkflowObject,
} from "./workflow-object.ts";

type PatchOperation =
  | { readonly op: "add" | "replace" | "test"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string };

/** etcd takes objects of 1.5 MiB; Argo stops at 1 MiB, and so do the tools that read such objects. */
const statusBytesMax = 900 * 1024;
/** Beyond this the nodes are left out: the object shows the whole, `capstan` and the API show the nodes. */
export const projectedNodesMax = 5_000;

/**
 * The status as the object shows it; with its nodes where they fit, packed where only that fits, and otherwise without. `nodeCount` is how
 * many nodes there are, where some were not given.
 */
export function projectedStatus(stored: StoredWorkflow, nodeCount: number): JsonObject {
  const whole = (toWorkflowObject(stored).status ?? {}) as unknown as JsonObject;
  const { storedTemplates: _, ...status } = whole;
  if (nodeCount > stored.nodes.length) return withoutNodes(status, nodeCount);
  if (sizeOf(status) <= statusBytesMax) return status;
  const { nodes, ...rest } = status;
  const compressedNodes = gzipSync(JSON.stringify(nodes)).toString("base64");
  const compressed = { ...rest, compressedNodes };
  return sizeOf(compressed) <= statusBytesMax ? compressed : withoutNodes(status, nodeCount);
}

function withoutNodes(status: JsonObject, nodeCount: number): JsonObject {
  const { nodes: _, compressedNodes: _packed, ...rest } = status;
  const message = `${nodeCount} nodes do not fit into this object: capstan get and the API show them`;
  const conditions = Array.isArray(rest["conditions"]) ? rest["conditions"] : [];
  return { ...rest, conditions: [...conditions, { type: "NodesOmitted", status: "True", message }] };
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** What is known of a workflow when its object is written. */
export interface ProjectedState extends ActedOn {
  readonly header: WorkflowHeader;
  readonly version: string;
}

/**
 * A JSON patch that puts a status on an object, if the object is still the one that was looked at. The spec's suspend and shutdown follow
 * the workflow's state, as with Argo, unless somebody has changed them meanwhile: that wish is carried out first.
 */
export function statusPatch(
  object: WorkflowObject,
  state: ProjectedState,
  status: JsonObject,
): readonly PatchOperation[] {
  const { noted, followed } = controlsToWrite(object, state);
  return [
    { op: "test", path: "/metadata/resourceVersion", value: object.metadata.resourceVersion },
    { op: "add", path: "/status", value: { ...status, capstan: { ...noted, version: state.version } } },
    { op: "add", path: "/metadata/labels", value: { ...object.metadata.labels, ...labelsOf(state.header) } },
    ...(followed === undefined ? [] : specOperations(controlsOf(object), followed)),
  ];
}

/** Would a patch change nothing? Then none is sent: a coordinator that starts looks at every object. */
export function isShown(object: WorkflowObject, state: ProjectedState): boolean {
  const shown = object.status?.capstan;
  if (shown === undefined || shown.version !== state.version || state.version === "") return false;
  const { noted, followed } = controlsToWrite(object, state);
  const labels = Object.entries(labelsOf(state.header));
  return (
    sameControls(shown, noted) &&
    (followed === undefined || sameControls(controlsOf(object), followed)) &&
    labels.every(([name, value]) => object.metadata.labels?.[name] === value)
  );
}

function controlsToWrite(
  object: WorkflowObject,
  { header, last, isActing }: ProjectedState,
): { readonly noted: ProjectedControls; readonly followed: ProjectedControls | undefined } {
  const projected = controlsIn(header);
  const wanted = controlsOf(object);
  // Nobody asks a workflow that has ended for anything.
  if (isFinal(header.phase)) return { noted: wanted, followed: undefined };
  if (last === undefined) return { noted: projected, followed: undefined };
  const mayFollow = !isActing && sameControls(wanted, last);
  if (mayFollow || sameControls(wanted, projected))
    return { noted: projected, followed: mayFollow ? projected : undefined };
  // What somebody wants and has not got yet must go on differing from what is noted here, also for who takes the shard over.
  return { noted: isActing ? (object.status?.capstan ?? last) : last, followed: undefined };
}

function labelsOf({ labels, phase }: WorkflowHeader): { readonly [name: string]: string } {
  if (phase === "") return labels;
  return { ...labels, [phaseLabel]: phase, [completedLabel]: String(isFinal(phase)) };
}

function specOperations(wanted: ProjectedControls, projected: ProjectedControls): readonly PatchOperation[] {
  const operations: PatchOperation[] = [];
  if (wanted.suspend !== projected.suspend)
    operations.push(
      projected.suspend ? { op: "add", path: "/spec/suspend", value: true } : { op: "remove", path: "/spec/suspend" },
    );
  if (wanted.shutdown !== projected.shutdown)
    operations.push(
      projected.shutdown === ""
        ? { op: "remove", path: "/spec/shutdown" }
        : { op: "add", path: "/spec/shutdown", value: projected.shutdown },
    );
  return operations;
}

/** The status of a workflow that cannot run, or that waits for something, written without the engine. */
export function plainStatusPatch(
  object: WorkflowObject,
  phase: "Pending" | "Error",
  message: string,
  nowText: string,
): readonly PatchOperation[] {
  const isCompleted = phase === "Error";
  return [
    { op: "test", path: "/metadata/resourceVersion", value: object.metadata.resourceVersion },
    {
      op: "add",
      path: "/status",
      value: { phase, message, ...(isCompleted && { startedAt: nowText, finishedAt: nowText }) },
    },
    {
      op: "add",
      path: "/metadata/labels",
      value: { ...object.metadata.labels, [phaseLabel]: phase, [completedLabel]: String(isCompleted) },
    },
  ];
}
