import { fnv1a32 } from "../shard.ts";

/**
 * Argo's id of a node: the workflow's name for the root, else its name with the hash of the node's name. A hash of 32 bits
 * gives two of 100,000 nodes the same id more often than not, so `rehash` counts the ids that other nodes were found to hold.
 */
export function nodeIdOf(workflowName: string, nodeName: string, rehash = 0): string {
  if (workflowName === nodeName) return workflowName;
  return `${workflowName}-${fnv1a32(rehash === 0 ? nodeName : `${nodeName}#${rehash}`)}`;
}

export function stepGroupName(stepsNodeName: string, index: number): string {
  return `${stepsNodeName}[${index}]`;
}

export function stepName(groupName: string, step: string): string {
  return `${groupName}.${step}`;
}

export function taskName(dagNodeName: string, task: string): string {
  return `${dagNodeName}.${task}`;
}

export function attemptName(retryNodeName: string, attempt: number): string {
  return `${retryNodeName}(${attempt})`;
}

export function hookName(nodeName: string, hook: string): string {
  return `${nodeName}.hooks.${hook}`;
}

export function onExitName(nodeName: string): string {
  return `${nodeName}.onExit`;
}

/** What people see: the node's name without its boundary's, and without the separators that join them. */
export function displayNameOf(nodeName: string, boundaryName: string | undefined): string {
  if (boundaryName === undefined) return nodeName;
  const rest = nodeName.startsWith(boundaryName) ? nodeName.slice(boundaryName.length) : nodeName;
  return rest.replace(/^(\[\d+\])?\./, "");
}

const podPrefixLengthMax = 242;

/** Argo's v2 name of a node's Pod; it ends with the same hash as the node's id. */
export function podNameOf(workflowName: string, nodeId: string, templateName: string | undefined): string {
  if (workflowName === nodeId) return workflowName;
  const prefix = templateName ? `${workflowName}-${templateName}` : workflowName;
  return `${prefix.slice(0, podPrefixLengthMax)}-${nodeId.slice(workflowName.length + 1)}`;
}

/**
 * The step or task that a node's name ends with, without the suffixes of loops and retries ("a.fan(1:x)(0)" is "fan").
 * Nested composites end with their own step's name.
 */
export function callNameIn(nodeName: string): string {
  let end = nodeName.length;
  let opener = "";
  for (let index = nodeName.length - 1; index >= 0; index--) {
    const character = nodeName[index];
    if (character === opener) opener = "";
    else if (opener !== "") continue;
    else if (character === ")") opener = "(";
    else if (character === "]") opener = "[";
    else {
      end = index + 1;
      break;
    }
  }
  const bare = nodeName.slice(0, end);
  return bare.slice(bare.lastIndexOf(".") + 1);
}
