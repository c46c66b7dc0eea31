import type { LogLine } from "@capstan/core";
import type { LogHandler, PodHandler } from "@capstan/redis";
import { expect, test } from "vitest";
import { silentLogger } from "./logger.ts";
import { serveTaskQuestions, type TaskQuestionsOptions } from "./task-questions.ts";

async function* noLines(): AsyncGenerator<LogLine> {}

const local = { name: "sandbox", hasLogs: (taskId: string) => taskId === "own", logs: noLines };

/** What an agent with that runtime answers, and which answers it has ended. */
async function serve(runtime: TaskQuestionsOptions["runtime"], servePods?: TaskQuestionsOptions["servePods"]) {
  const ended: string[] = [];
  const handlers: { logs?: LogHandler; pods?: PodHandler } = {};
  const options: TaskQuestionsOptions = {
    ...{ runtime, logger: silentLogger },
    serveLogs: async (pool, handler) => {
      handlers.logs = handler;
      return async () => void ended.push(`logs of ${pool}`);
    },
    servePods:
      servePods ??
      (async (pool, handler) => {
        handlers.pods = handler;
        return async () => void ended.push(`pods of ${pool}`);
      }),
  };
  return { ended, handlers, stop: await serveTaskQuestions(options, "east") };
}

test("a runtime without Pods says so of its own tasks alone", async () => {
  const { handlers, ended, stop } = await serve(local);
  expect(await handlers.pods?.("own")).toEqual({ kind: "no-pod", reason: expect.stringContaining("sandbox runtime") });
  expect(await handlers.pods?.("another's")).toBeUndefined();
  await stop();
  expect(ended).toEqual(["logs of east", "pods of east"]);
});

test("a runtime with Pods is asked for them", async () => {
  const known = { kind: "no-pod", reason: "for the test" } as const;
  const { handlers } = await serve({ ...local, pod: async () => known });
  expect(await handlers.pods?.("another's")).toBe(known);
});

test("an agent whose Redis user may not answer for Pods answers for logs", async () => {
  const { handlers, ended, stop } = await serve(local, () => Promise.reject(new Error("NOPERM")));
  expect(handlers.logs?.("own", { follow: false }, new AbortController().signal)).toBeDefined();
  await stop();
  expect(ended).toEqual(["logs of east"]);
});
