import type { Result, Task } from "@capstan/core";
import { z } from "zod";
import { checkBody, type Envelope, openEnvelope, type ProtocolError, seal } from "./envelope.ts";

const textMap = z.record(z.string(), z.string());

// The template and the Pod fields are the runtime's business: only their being objects matters on the way.
const taskSchema = z.object({
  id: z.string().min(1),
  workflowUid: z.string().min(1),
  workflowName: z.string(),
  namespace: z.string(),
  nodeId: z.string().min(1),
  nodeName: z.string(),
  attempt: z.int().min(0),
  podName: z.string(),
  pool: z.string().min(1),
  template: z.looseObject({}),
  podDefaults: z.looseObject({}),
  captureResult: z.boolean(),
  readyAtMs: z.number().optional(),
  deadlineAtMs: z.number().optional(),
  runLimitMs: z.number().optional(),
  labels: textMap,
  annotations: textMap,
  bid: z.looseObject({ keySeconds: z.number() }),
});

/** A task as the data of its queue job. */
export function encodeTask(task: Task): Envelope {
  return seal(task);
}

/** The task in a queue job's data, checked. */
export function decodeTask(data: unknown): Result<Task, ProtocolError> {
  const opened = openEnvelope(data, "the queue job");
  return opened.ok ? checkBody<Task>(taskSchema, opened.value, "the queue job") : opened;
}
