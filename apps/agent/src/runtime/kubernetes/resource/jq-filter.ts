import { Worker } from "node:worker_threads";
import type { Result } from "@capstan/core";
import { localLimits } from "../../local/local-limits.ts";

interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

const timeoutMsDefault = 5_000;

/** Runs a jq filter over an object: what it prints, one value a line. In a thread of its own, since filters are programs and may not end. */
export async function runJqFilter(
  document: object,
  filter: string,
  timeoutMs = timeoutMsDefault,
): Promise<Result<string>> {
  const worker = new Worker(new URL("./jq-thread.ts", import.meta.url), {
    workerData: { document, filter },
    env: {},
    stdout: true,
    stderr: true,
  });
  const answer = await new Promise<Answer>((resolve) => {
    const fail = (stderr: string): void => resolve({ stdout: "", stderr, exitCode: 5 });
    const timer = setTimeout(() => fail(`it did not end within ${timeoutMs / 1_000} s`), timeoutMs);
    worker.once("message", resolve);
    worker.once("error", (error) => fail(String(error)));
    worker.once("exit", () => {
      clearTimeout(timer);
      fail("it ended without an answer");
    });
  });
  await worker.terminate();
  if (answer.exitCode !== 0) return { ok: false, error: `jq: ${firstLine(answer.stderr)}` };
  if (answer.stdout.length > localLimits.parameterBytesMax)
    return { ok: false, error: `it gives more than ${localLimits.parameterBytesMax} bytes` };
  return { ok: true, value: answer.stdout.trim() };
}

function firstLine(text: string): string {
  return text.replace(/^jq: /, "").split("\n", 1)[0] ?? "";
}
