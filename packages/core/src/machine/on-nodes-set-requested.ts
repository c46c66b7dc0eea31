import { isTerminal } from "../graph/phases.ts";
import { exportOutputs } from "./end-composite.ts";
import type { Handler } from "./handler.ts";
import { supplyOutputs, suspendedNodes } from "./suspended-nodes.ts";
import { completedProgress } from "./turn.ts";

export const onNodesSetRequested: Handler<"nodes-set-requested"> = (turn, event) => {
  const nodes = suspendedNodes(turn, event.nodes);
  if (nodes.length === 0) return "no suspended node matches the selector";
  const supplied = nodes.map((node) => ({ node, outputs: supplyOutputs(node.outputs, event.outputParameters) }));
  for (const { outputs } of supplied) if (!outputs.ok) return outputs.error;
  for (const { node, outputs } of supplied) {
    if (!outputs.ok) continue;
    const isEnd = event.phase !== undefined && isTerminal(event.phase);
    turn.replaceNode({
      ...node,
      ...(event.phase !== undefined && { phase: event.phase }),
      ...(event.message && { message: event.message }),
      ...(outputs.value !== undefined && { outputs: outputs.value }),
      ...(isEnd && { finishedAtMs: turn.nowMs }),
      ...(event.phase === "Succeeded" && { progress: completedProgress(node.progress) }),
    });
    exportOutputs(turn, outputs.value);
  }
  return undefined;
};
