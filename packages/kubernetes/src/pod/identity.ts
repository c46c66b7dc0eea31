import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Result, Task } from "@capstan/core";
import type { Pod } from "../objects.ts";

/** The label that says which agent looks after a Pod; its watch selects by it. */
export const agentLabel = "capstan.dev/agent";
export const poolLabel = "capstan.dev/pool";
export const workflowUidLabel = "capstan.dev/workflow-uid";
/** Argo's own label, by which its users find a workflow's Pods. */
export const workflowLabel = "workflows.argoproj.io/workflow";
/** The whole task, so that any agent can adopt the Pod with nothing else. */
export const taskAnnotation = "capstan.dev/task";
export const taskIdAnnotation = "capstan.dev/task-id";

const nameLengthMax = 253;
/** Above this the task is written compressed; below it a person can read it with kubectl. */
const plainBytesMax = 8 * 1024;
/** The API server allows 256 KiB for all annotations together. */
const taskBytesMax = 200 * 1024;
const unpackedBytesMax = 16 * 1024 * 1024;

/**
 * The name of a task's Pod: a function of workflow, node and attempt, so that two agents with the same task make one Pod. Argo's name,
 * and when the same node runs again (a manual retry) the number of its run; letters that Kubernetes does not allow are replaced.
 */
export function podName(task: Pick<Task, "podName" | "attempt">): string {
  const name = task.podName.toLowerCase().replace(/[^a-z0-9.-]/g, "-");
  const suffix = task.attempt > 1 ? `-r${task.attempt}` : "";
  if (name.length + suffix.length <= nameLengthMax) return `${name}${suffix}`;
  // The hash at the end is what tells nodes apart.
  const tail = name.slice(name.lastIndexOf("-"));
  return `${name.slice(0, nameLengthMax - suffix.length - tail.length)}${tail}${suffix}`;
}

/** A text as a label's value: itself where it may be one, else a hash of it. */
export function labelValue(text: string): string {
  if (text.length <= 63 && /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/.test(text)) return text;
  return `h-${createHash("sha256").update(text).digest("hex").slice(0, 32)}`;
}

/** What is written into `capstan.dev/task`; the error is for the workflow's author. */
export function encodeTask(task: Task): Result<string> {
  const text = JSON.stringify(task);
  if (text.length <= plainBytesMax) return { ok: true, value: text };
  const packed = gzipSync(text).toString("base64");
  if (packed.length <= taskBytesMax) return { ok: true, value: packed };
  return {
    ok: false,
    error: `the step's template with its arguments is too large for a Pod (${text.length} bytes, ${packed.length} compressed, at most ${taskBytesMax}): pass large values as artifacts`,
  };
}

/** The task that a Pod was made for; the error says why it cannot be read. */
export function taskOfPod(pod: Pod): Result<Task> {
  const text = pod.metadata.annotations?.[taskAnnotation];
  if (text === undefined) return { ok: false, error: `it has no annotation ${taskAnnotation}` };
  try {
    const json = text.startsWith("{")
      ? text
      : gunzipSync(Buffer.from(text, "base64"), { maxOutputLength: unpackedBytesMax }).toString("utf8");
    const task = JSON.parse(json) as Task;
    if (typeof task.id === "string" && typeof task.nodeId === "string") return { ok: true, value: task };
    return { ok: false, error: `its annotation ${taskAnnotation} holds no task` };
  } catch (error) {
    return { ok: false, error: `its annotation ${taskAnnotation} cannot be read: ${String(error)}` };
  }
}
