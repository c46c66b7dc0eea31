import type { Decision, Outputs, Task, WorkflowBundle, WorkflowCommand } from "@capstan/core";

const bytesPerNode = 600;
const bytesPerTask = 1_500;

/** Roughly the bytes that a decision puts into a commit: exact sizes would cost as much as writing it. */
export function decisionBytes(decision: Decision): number {
  let bytes = 0;
  for (const node of decision.nodes) bytes += bytesPerNode + parameterBytes(node.inputs) + outputsBytes(node.outputs);
  for (const command of decision.commands) bytes += commandBytes(command);
  return bytes;
}

function commandBytes(command: WorkflowCommand): number {
  if (command.type === "start-task") return taskBytes(command.task);
  if (command.type !== "record-failure") return 200;
  return 1_000 + (command.failure.message?.length ?? 0) + (command.failure.logTail?.length ?? 0);
}

/** What a workflow in memory takes besides its nodes, counted in nodes: thousands of one step each must not outgrow the cache. */
export function weightOfBundle(bundle: WorkflowBundle): number {
  return 1 + Math.ceil(JSON.stringify(bundle).length / bytesPerNode);
}

function taskBytes(task: Task): number {
  const { script, container } = task.template;
  let bytes = bytesPerTask + (script?.source?.length ?? 0) + parameterBytes(task.template.inputs);
  for (const argument of container?.args ?? []) bytes += argument.length;
  return bytes;
}

function outputsBytes(outputs: Outputs | undefined): number {
  return outputs === undefined ? 0 : (outputs.result?.length ?? 0) + parameterBytes(outputs);
}

function parameterBytes(holder: Outputs | undefined): number {
  let bytes = 0;
  for (const parameter of holder?.parameters ?? []) bytes += 64 + (parameter.value?.length ?? 0);
  return bytes;
}
