import type { ShutdownStrategy } from "../spec/workflow.ts";

/** May a node still run? Stop spares exit handlers, Terminate nothing. */
export function shouldExecute(shutdown: ShutdownStrategy | undefined, isExit: boolean): boolean {
  if (shutdown === undefined) return true;
  return shutdown === "Stop" && isExit;
}
