import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type JsonObject, numberAt, objectAt, textAt } from "@capstan/core";
import type { TaskPlan } from "./task-plan.ts";

/**
 * Resolves when the readiness probe of the task's container passes, at once when it has none. Containers share the host's
 * network here, so httpGet and tcpSocket are asked on the loopback; an exec probe counts as passed after its initial delay.
 */
export async function untilReady(plan: TaskPlan, hasEnded: () => boolean): Promise<void> {
  const probe = plan.containers.find(({ name }) => name === plan.outputContainer)?.readinessProbe;
  if (probe === undefined) return;
  await sleep((numberAt(probe, "initialDelaySeconds") ?? 0) * 1_000);
  const periodMs = (numberAt(probe, "periodSeconds") ?? 10) * 1_000;
  const timeoutMs = (numberAt(probe, "timeoutSeconds") ?? 1) * 1_000;
  while (!hasEnded() && !(await passes(probe, timeoutMs))) await sleep(Math.min(periodMs, 1_000));
}

async function passes(probe: JsonObject, timeoutMs: number): Promise<boolean> {
  const http = objectAt(probe, "httpGet");
  if (http !== undefined) {
    const scheme = (textAt(http, "scheme") ?? "HTTP").toLowerCase();
    const url = `${scheme}://127.0.0.1:${numberAt(http, "port") ?? 80}${textAt(http, "path") ?? "/"}`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: "manual" }).catch(
      () => undefined,
    );
    return answer !== undefined && answer.status >= 200 && answer.status < 400;
  }
  const tcp = objectAt(probe, "tcpSocket");
  return tcp === undefined || accepts(numberAt(tcp, "port") ?? 80, timeoutMs);
}

function accepts(port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", timeout: timeoutMs });
    const answer = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
    socket.once("timeout", () => answer(false));
  });
}
