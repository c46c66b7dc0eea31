import type { Outputs } from "../spec/arguments.ts";
import type { NodePhase, WorkflowHeader } from "../status.ts";
import { withGlobalOutputs } from "../template/global-outputs.ts";
import { withdraw } from "./leaf.ts";
import type { Turn } from "./turn.ts";

/** Ends a composite node and what depends on its being there: its frame and its daemons. */
export function endComposite(
  turn: Turn,
  nodeId: string,
  end: {
    readonly phase: NodePhase;
    readonly message?: string;
    /** Nodes whose outbound nodes are now this one's. */
    readonly ends?: readonly string[];
    readonly outputs?: Outputs | undefined;
  },
): void {
  const node = turn.state.nodes.get(nodeId);
  if (node === undefined) return;
  const { ends, outputs } = end;
  turn.markPhase(nodeId, end.phase, end.message, {
    ...(ends !== undefined && node.links !== undefined && { links: { ...node.links, ends } }),
    ...(outputs !== undefined && { outputs }),
  });
  turn.closeFrame(nodeId);
  endDaemons(turn, nodeId);
}

/** Ends a composite node whose own evaluation went wrong: its caller fails with it. */
export function endWithError(turn: Turn, nodeId: string, message: string): void {
  turn.markCallError(nodeId, message);
  turn.closeFrame(nodeId);
  endDaemons(turn, nodeId);
}

/** Stops the daemons of a boundary that has ended; undefined stands for the workflow itself. */
export function endDaemons(turn: Turn, boundaryId: string | undefined): void {
  for (const id of [...turn.state.daemons]) {
    const node = turn.state.nodes.get(id);
    if (node === undefined || node.boundaryID !== boundaryId) continue;
    withdraw(turn, node, undefined, "the scope of the daemon has ended");
    turn.endDaemon(node);
  }
}

/** Exports outputs that have a globalName to the workflow. */
export function exportOutputs(turn: Turn, outputs: Outputs | undefined): void {
  const before = turn.state.header.outputs;
  const after = withGlobalOutputs(before, outputs);
  if (after === before || after === undefined) return;
  const change: Partial<WorkflowHeader> = { outputs: after };
  turn.changeHeader(change);
}
