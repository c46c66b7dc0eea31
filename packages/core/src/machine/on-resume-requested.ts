import type { Handler } from "./handler.ts";
import { liftSuspension } from "./stop-nodes.ts";
import { endSuspend, suspendedNodes, withSuppliedDefaults } from "./suspended-nodes.ts";

export const onResumeRequested: Handler<"resume-requested"> = (turn, event) => {
  if (event.workflowOnly === true) return liftSuspension(turn) ? undefined : "workflow is not suspended";
  const message = event.by ? `Resumed by: ${event.by}` : "";
  const nodes = suspendedNodes(turn, event.nodes);
  if (event.nodes !== undefined) {
    if (nodes.length === 0) return "no suspended node matches the selector";
    for (const node of nodes) endSuspend(turn, node, "Succeeded", message);
    return undefined;
  }
  const problems: string[] = [];
  const ready = nodes.flatMap((node) => {
    const outputs = withSuppliedDefaults(node.outputs);
    if (outputs.ok) return [{ node, outputs: outputs.value }];
    problems.push(outputs.error);
    return [];
  });
  // As in Argo a resume does all or nothing: a value that must be supplied keeps the whole workflow waiting.
  const problem = problems[0];
  if (problem !== undefined) return problem;
  const wasSuspended = liftSuspension(turn);
  if (!wasSuspended && ready.length === 0) return "workflow is not suspended";
  for (const { node, outputs } of ready) endSuspend(turn, node, "Succeeded", message, outputs);
  return undefined;
};
