import type { Outputs, Task, TaskOutcome } from "@capstan/core";
import { readTail } from "./captured-log.ts";
import { localLimits } from "./local-limits.ts";
import type { TaskDirectory } from "./task-directory.ts";
import type { ContainerPlan, TaskPlan } from "./task-plan.ts";

type Verdict = Pick<TaskOutcome, "phase" | "message">;

export interface EndedTask {
  readonly task: Task;
  readonly plan: TaskPlan;
  readonly directory: TaskDirectory;
  readonly ranOutOfMemory: boolean;
  readonly nodeName: string;
  readonly nowMs: number;
}

/** Argo's pod deadline; the kubelet's words. */
export const deadlineMessage = "Pod was active on the node longer than the specified deadline";

/** The outcome of a task that never ran. */
export function failedBeforeStart(
  phase: "Failed" | "Error",
  message: string,
  nodeName: string,
  nowMs: number,
): TaskOutcome {
  return { phase, message, startedAtMs: nowMs, finishedAtMs: nowMs, hostNodeName: nodeName };
}

/** Puts together how a task ended, from the files that its supervisor left and the outputs that were read. */
export function taskOutcome(
  ended: EndedTask,
  collected: { readonly outputs: Outputs; readonly error?: string },
): TaskOutcome {
  const { directory, plan, nowMs } = ended;
  const output = plan.outputContainer;
  const first = plan.containers[0]?.name ?? output;
  const startedAtMs = directory.modifiedAtMs("c", output, "init") ?? directory.modifiedAtMs("c", first, "init");
  const finishedAtMs = directory.modifiedAtMs("ended") ?? nowMs;
  let verdict = containersVerdict(ended);
  if (verdict.phase === "Succeeded" && collected.error !== undefined && !ended.task.template.daemon)
    verdict = { phase: "Error", message: `wait: Error (exit code 64): ${collected.error}` };
  return {
    ...verdict,
    ...(Object.keys(collected.outputs).length > 0 ? { outputs: collected.outputs } : {}),
    startedAtMs: Math.floor(startedAtMs ?? finishedAtMs),
    finishedAtMs: Math.floor(finishedAtMs),
    hostNodeName: ended.nodeName,
  };
}

/** stdout and exit code of the container that gives the task its outputs. */
export function streamOutputs(task: Task, plan: TaskPlan, directory: TaskDirectory): Outputs {
  // When a Pod outlives its deadline, the kubelet reports no state of its containers.
  const isOverdue = directory.readKill()?.reason === deadlineMessage;
  const code = isOverdue ? undefined : directory.exitCode(plan.outputContainer);
  const hasRun = directory.has("c", plan.outputContainer, "init");
  const stdout = directory.container(plan.outputContainer, "stdout");
  return {
    ...(task.captureResult && hasRun
      ? { result: readTail(stdout, localLimits.resultBytesMax).toString("utf8").replace(/\n$/, "") }
      : {}),
    ...(code !== undefined && hasRun ? { exitCode: String(code) } : {}),
  };
}

function containersVerdict(ended: EndedTask): Verdict {
  const { task, plan, directory } = ended;
  // A daemon is ended by its workflow, and however it ends, Argo counts it as done.
  const isDaemon = task.template.daemon === true;
  if (!directory.has("ended")) {
    const where = `node lost: ${ended.nodeName} was restarted, or the supervisor of the task was killed`;
    return { phase: "Error", message: `task lost (${where})` };
  }
  for (const { name } of plan.containers) {
    const setupError = directory.text("c", name, "setup-error")?.trim();
    if (setupError && !directory.has("c", name, "init"))
      return {
        phase: "Error",
        message: `the sandbox of container ${name} could not be set up: ${setupError.split("\n")[0]}`,
      };
  }
  const kill = directory.readKill();
  const of = (kind: ContainerPlan["kind"]): readonly ContainerPlan[] =>
    plan.containers.filter((one) => one.kind === kind);
  const endedAtMs = Math.max(0, ...of("main").map(({ name }) => directory.modifiedAtMs("c", name, "code") ?? 0));
  // A kill that comes when the work is done changes nothing. Both times are of files: the clock of the process is finer than theirs.
  const killedAtMs = directory.modifiedAtMs("kill.json") ?? Number.POSITIVE_INFINITY;
  const wasKilled = kill !== undefined && (endedAtMs === 0 || killedAtMs <= endedAtMs);
  if (isDaemon) return { phase: "Succeeded" };
  if (wasKilled) return { phase: "Failed", message: kill.reason };
  const failed = [...of("init"), ...of("main")].find(({ name }) => (directory.exitCode(name) ?? 0) !== 0);
  // Sidecars are killed when main ends, so these two codes are what they should end with.
  const sidecar = of("sidecar").find(({ name }) => ![0, 137, 143, undefined].includes(directory.exitCode(name)));
  const culprit = failed ?? sidecar;
  if (culprit === undefined) return { phase: "Succeeded" };
  const code = directory.exitCode(culprit.name) ?? 1;
  const reason = ended.ranOutOfMemory && code === 137 ? "OOMKilled" : "Error";
  return { phase: "Failed", message: `${culprit.name}: ${reason} (exit code ${code})` };
}
