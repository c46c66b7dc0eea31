import type { Result, WorkflowEvent } from "@capstan/core";
import { z } from "zod";
import { checkBody, malformed, openText, type ProtocolError, seal } from "./envelope.ts";

const phaseOfNode = z.enum(["Pending", "Running", "Succeeded", "Skipped", "Failed", "Error", "Omitted"]);

const parameter = z.looseObject({ name: z.string(), value: z.string().optional() });

const outputs = z.looseObject({
  parameters: z.array(parameter).optional(),
  artifacts: z.array(z.looseObject({ name: z.string() })).optional(),
  result: z.string().optional(),
  exitCode: z.string().optional(),
});

const outcome = z.looseObject({
  phase: z.enum(["Succeeded", "Failed", "Error"]),
  message: z.string().optional(),
  outputs: outputs.optional(),
  startedAtMs: z.number(),
  finishedAtMs: z.number(),
  hostNodeName: z.string().optional(),
  podIP: z.string().optional(),
  progress: z.string().optional(),
  logTail: z.string().optional(),
  resourcesDuration: z.record(z.string(), z.number()).optional(),
});

const nodeSelector = z.looseObject({
  terms: z.array(z.looseObject({ field: z.string(), operator: z.enum(["=", "!="]), value: z.string() })),
});

const attemptOfNode = { nodeId: z.string().min(1), attempt: z.int().min(0) };

// The bundle was validated by the manifest package before it was accepted; here only what routing needs is checked.
const submittedBundle = z.looseObject({
  workflow: z.looseObject({
    metadata: z.looseObject({ name: z.string(), namespace: z.string(), uid: z.string() }),
    spec: z.looseObject({}),
  }),
  workflowTemplates: z.looseObject({}),
  configMaps: z.looseObject({}),
});

// A table and not a union of schemas: one look-up by type, and the compiler counts the cases.
const schemas: { readonly [T in WorkflowEvent["type"]]: z.ZodType } = {
  "workflow-submitted": z.looseObject({ bundle: submittedBundle }),
  "task-started": z.looseObject({
    ...attemptOfNode,
    startedAtMs: z.number(),
    hostNodeName: z.string().optional(),
    podIP: z.string().optional(),
    daemoned: z.boolean().optional(),
  }),
  "task-progressed": z.looseObject({
    ...attemptOfNode,
    progress: z.string().optional(),
    message: z.string().optional(),
  }),
  "task-finished": z.looseObject({ ...attemptOfNode, outcome }),
  "timer-due": z.looseObject({ timerId: z.string().min(1) }),
  "suspend-requested": z.looseObject({}),
  "resume-requested": z.looseObject({
    nodes: nodeSelector.optional(),
    by: z.string().optional(),
    workflowOnly: z.boolean().optional(),
  }),
  "stop-requested": z.looseObject({ nodes: nodeSelector.optional(), message: z.string().optional() }),
  "terminate-requested": z.looseObject({}),
  "retry-requested": z.looseObject({
    restartSuccessful: z.boolean(),
    nodes: nodeSelector.optional(),
    parameters: z.array(z.string()),
  }),
  "nodes-set-requested": z.looseObject({
    nodes: nodeSelector,
    phase: phaseOfNode.optional(),
    message: z.string().optional(),
    outputParameters: z.array(parameter),
  }),
  "delete-requested": z.looseObject({}),
};

/** An event as text for an inbox. */
export function encodeEvent(event: WorkflowEvent): string {
  return JSON.stringify(seal(event));
}

/** The event in an inbox entry, checked. */
export function decodeEvent(text: string): Result<WorkflowEvent, ProtocolError> {
  const opened = openText(text, "the inbox entry");
  if (!opened.ok) return opened;
  const body = opened.value;
  const type = typeof body === "object" && body !== null && "type" in body ? body.type : undefined;
  if (typeof type !== "string") return malformed("the inbox entry", "its event has no type");
  if (!isEventType(type)) return malformed("the inbox entry", `there is no event of type "${type}"`);
  return checkBody<WorkflowEvent>(schemas[type], body, `the ${type} event`);
}

function isEventType(type: string): type is WorkflowEvent["type"] {
  return Object.hasOwn(schemas, type);
}
