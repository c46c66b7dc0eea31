import type { WorkflowPhase } from "../status.ts";

/** Asks the committed state how far workflows are: agents that keep something for a workflow's time find out when that is over. */
export interface WorkflowPhases {
  /** In the order asked for; "absent" for a workflow that was deleted. */
  phasesOf(
    workflows: readonly { readonly namespace: string; readonly name: string; readonly uid: string }[],
  ): Promise<readonly (WorkflowPhase | "absent")[]>;
}
