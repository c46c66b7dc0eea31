import type { NodeStatus } from "../status.ts";
import { withdraw } from "./leaf.ts";
import { prepareAgain, rebuildFrames, wakeEverything } from "./rebuild-frames.ts";
import type { Turn } from "./turn.ts";

/** Fails every leaf node that runs and is not spared, and withdraws its task. */
export function failActiveLeaves(
  turn: Turn,
  isSpared: (node: NodeStatus) => boolean,
  messageFor: (node: NodeStatus) => string,
): void {
  const { state } = turn;
  for (const id of [...state.activeLeaves]) {
    const node = state.nodes.get(id);
    if (node === undefined || isSpared(node)) continue;
    const message = messageFor(node);
    withdraw(turn, node, prepareAgain(turn, node)?.template, message);
    turn.markPhase(id, "Failed", message);
  }
}

/** Lets every frame see that the workflow's rules have changed. */
export function wakeFrames(turn: Turn): void {
  for (const id of [...turn.state.frames.keys()].reverse()) turn.wake(id);
}

/** Ends a suspension: frames have not followed what happened meanwhile, so they are made anew and look at everything. */
export function liftSuspension(turn: Turn): boolean {
  if (!turn.state.header.suspended) return false;
  turn.changeHeader({ suspended: false });
  rebuildFrames(turn);
  wakeEverything(turn);
  return true;
}
