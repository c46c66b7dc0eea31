import type { Template } from "../spec/template.ts";
import type { NodeStatus } from "../status.ts";
import type { MachineState } from "./state.ts";
import type { Turn } from "./turn.ts";

/**
 * What the machine keeps in memory of a composite node while it runs: counters and cursors that say what may start next and when
 * it has ended. A frame holds nothing that its nodes, the header and the bundle do not tell, so `load` can build it anew.
 */
export interface Frame {
  /** The composite node; "" for the workflow itself. */
  readonly nodeId: string;
  readonly depth: number;
  /** Part of an exit handler: goes on when the workflow is stopped. */
  readonly isExit: boolean;
  /** The processed template; undefined for the workflow itself. */
  readonly template: Template | undefined;
  /** Does one piece of work and says what follows: there is more, it waits for an event, it waits for a place, or it has ended. */
  step(turn: Turn): FrameStep;
  /** A node that this frame called has changed; `error` when the call itself went wrong rather than its work. */
  childChanged(turn: Turn, node: NodeStatus, error: string | undefined): void;
  /** Takes up a node that exists already, in order of creation, while the frame is rebuilt after a load. */
  adopt(turn: Turn, node: NodeStatus): void;
  /** The place that was free when the frame was opened is its first step's, which does not look: nothing may come between the two. */
  readonly holdsPlace?: boolean;
  /** The frame is complete: new, or after the last adopted node. */
  opened(): void;
  /** May it have been waiting for a place when it was stored? Not when it waits for a timer of its own. */
  mayWaitForPlace(state: MachineState): boolean;
}

export type FrameStep = "again" | "idle" | "blocked" | "closed";
