import type { ShutdownStrategy } from "../spec/workflow.ts";
import type { MachineState } from "./state.ts";
import { workflowDeadlineMs } from "./workflow-deadline.ts";

/** May a node still run? Stop spares exit handlers, Terminate nothing. */
export function shouldExecute(shutdown: ShutdownStrategy | undefined, isExit: boolean): boolean {
  if (shutdown === undefined) return true;
  return shutdown === "Stop" && isExit;
}

/**
 * Why nothing more may start, if so: the workflow is shut down or past its deadline. What was not started then is left out,
 * where Argo would create it only to fail it: a loop may have 100,000 items left.
 */
export function whyStopped(state: MachineState, isExit: boolean): string | undefined {
  const { shutdown } = state.header;
  if (!shouldExecute(shutdown, isExit)) return `workflow shutdown with strategy: ${shutdown}`;
  const deadline = isExit ? undefined : workflowDeadlineMs(state);
  return deadline !== undefined && state.nowMs >= deadline ? "Step exceeded its deadline" : undefined;
}
