import type { NodeStatus, StoredWorkflow } from "@capstan/core";

const endedPhases: readonly string[] = ["Succeeded", "Failed", "Error"];

export function hasEnded(workflow: StoredWorkflow | undefined): boolean {
  return workflow !== undefined && endedPhases.includes(workflow.header.phase);
}

/** What must hold of a stored workflow after every commit; says what does not. */
export function brokenRules(workflow: StoredWorkflow, before: StoredWorkflow | undefined): readonly string[] {
  return [...brokenLimits(workflow), ...brokenEnd(workflow), ...changedAfterEnd(workflow, before)];
}

function brokenLimits({ bundle, nodes }: StoredWorkflow): readonly string[] {
  const broken: string[] = [];
  const { spec } = bundle.workflow;
  // Exit handlers and hooks of nodes start without waiting for a place; what they hold, others have to wait for.
  const running = nodes.filter((node) => isActiveTask(node) && node.nodeFlag?.hooked !== true);
  if (spec.parallelism !== undefined && running.length > spec.parallelism) {
    const names = running.map(({ name, phase }) => `${name} ${phase}`).join(", ");
    broken.push(`${running.length} tasks active, the workflow allows ${spec.parallelism}: ${names}`);
  }
  return broken;
}

function isActiveTask(node: NodeStatus): boolean {
  return node.type === "Pod" && (node.phase === "Pending" || node.phase === "Running");
}

function brokenEnd({ header, nodes }: StoredWorkflow): readonly string[] {
  if (header.message?.startsWith("internal error")) return [header.message];
  if (!endedPhases.includes(header.phase)) return [];
  const open = nodes.filter(isActiveTask);
  return open.length === 0
    ? []
    : [`ended as ${header.phase} (${header.message ?? ""}) while ${open[0]?.name} is ${open[0]?.phase}`];
}

/** A finished task stays as it is: nothing but a manual retry, which these runs do not ask for, opens it again. */
function changedAfterEnd(workflow: StoredWorkflow, before: StoredWorkflow | undefined): readonly string[] {
  const phases = new Map(before?.nodes.map((node) => [node.id, node.phase]));
  return workflow.nodes.flatMap((node) => {
    const phase = phases.get(node.id);
    if (node.type !== "Pod" || phase === undefined || phase === node.phase) return [];
    return endedPhases.includes(phase) ? [`${node.name} went from ${phase} to ${node.phase}`] : [];
  });
}
