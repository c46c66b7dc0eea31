import type { ShutdownStrategy } from "../spec/workflow.ts";
import type { Handler } from "./handler.ts";
import { isEnded } from "./root-frame.ts";
import { shouldExecute } from "./shutdown.ts";
import { failActiveLeaves, liftSuspension, wakeFrames } from "./stop-nodes.ts";
import { endSuspend, suspendedNodes } from "./suspended-nodes.ts";
import type { Turn } from "./turn.ts";

export const onStopRequested: Handler<"stop-requested"> = (turn, event) => {
  if (event.nodes === undefined) return shutDown(turn, "Stop");
  const nodes = suspendedNodes(turn, event.nodes);
  if (nodes.length === 0) return "no suspended node matches the selector";
  for (const node of nodes) endSuspend(turn, node, "Failed", event.message ?? "");
  return undefined;
};

export const onTerminateRequested: Handler<"terminate-requested"> = (turn) => shutDown(turn, "Terminate");

function shutDown(turn: Turn, strategy: ShutdownStrategy): string | undefined {
  const { header } = turn.state;
  if (isEnded(header.phase)) return "workflow already finished";
  if (header.shutdown === strategy || header.shutdown === "Terminate") return "workflow already shutting down";
  turn.changeHeader({ shutdown: strategy });
  // A suspended workflow would wait for ever with its nodes failed.
  liftSuspension(turn);
  failActiveLeaves(
    turn,
    (node) => shouldExecute(strategy, node.links?.exit === true),
    (node) =>
      // The two blanks are Argo's.
      node.type === "Pod" ? `workflow shutdown with strategy:  ${strategy}` : `Stopped with strategy '${strategy}'`,
  );
  wakeFrames(turn);
  return undefined;
}
