import type { PodSnapshot } from "@capstan/core";
import type { LogHandler, PodHandler } from "@capstan/redis";
import type { Logger } from "./logger.ts";
import type { LocallyLoggedRuntime } from "./runtime/make-runtime.ts";

type Serve<H> = (pool: string, handler: H) => Promise<() => Promise<void>>;

export interface TaskQuestionsOptions {
  readonly runtime: Pick<LocallyLoggedRuntime, "name" | "hasLogs" | "logs" | "pod">;
  readonly serveLogs: Serve<LogHandler>;
  readonly servePods: Serve<PodHandler>;
  readonly logger: Logger;
}

/** Answers what people ask of a pool's tasks: their logs and their Pods. What it gives ends that. */
export async function serveTaskQuestions(options: TaskQuestionsOptions, pool: string): Promise<() => Promise<void>> {
  const { runtime, serveLogs, servePods, logger } = options;
  const stopLogs = await serveLogs(pool, (taskId, which) =>
    runtime.hasLogs(taskId) ? runtime.logs(taskId, which) : undefined,
  );
  const stopPods = await servePods(pool, (taskId) => podOf(runtime, taskId)).catch((error: unknown) => {
    // Users made for an older agent lack this right alone: everything else goes on.
    logger.warn({ pool, error: String(error) }, "Pods cannot be shown: make the agent's Redis user anew (agent acl)");
    return async () => undefined;
  });
  return async () => {
    await Promise.all([stopLogs(), stopPods()]);
  };
}

async function podOf(runtime: TaskQuestionsOptions["runtime"], taskId: string): Promise<PodSnapshot | undefined> {
  if (runtime.pod !== undefined) return runtime.pod(taskId);
  if (!runtime.hasLogs(taskId)) return undefined;
  return { kind: "no-pod", reason: `the agent runs tasks by its ${runtime.name} runtime, without Pods` };
}
