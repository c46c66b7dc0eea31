import type { MachineState } from "./state.ts";

/** When the workflow must have ended, Unix ms; undefined without activeDeadlineSeconds. */
export function workflowDeadlineMs(state: MachineState): number | undefined {
  const seconds = state.spec.spec.activeDeadlineSeconds;
  const { startedAtMs } = state.header;
  if (seconds === undefined || startedAtMs === undefined) return undefined;
  return Math.floor(startedAtMs / 1_000) * 1_000 + Number(seconds) * 1_000;
}
