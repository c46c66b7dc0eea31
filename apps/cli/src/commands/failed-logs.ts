import { type NodeStatus, podNameOf } from "@capstan/core";
import type { WorkflowApi } from "../client/workflow-api.ts";
import type { Palette } from "../render/phase-style.ts";
import { printableLine } from "../render/printable.ts";
import type { WorkflowView } from "../render/workflow-view.ts";

const podsMax = 3;
const linesOfPodMax = 15;
const waitMs = 3_000;

/** Why a workflow has failed: what its failed pods said last. Nothing when all went well, or when they said nothing. */
export async function failedLogs(api: WorkflowApi, view: WorkflowView, palette: Palette): Promise<readonly string[]> {
  const phase = view.header?.phase;
  if (view.deleted || (phase !== "Failed" && phase !== "Error")) return [];
  const failed = failedPods(view.nodes);
  const shown = await Promise.all(failed.slice(0, podsMax).map((node) => lastWords(api, view.name, node, palette)));
  const more = failed.length > podsMax ? [palette.dim(`… and ${failed.length - podsMax} more failed steps`)] : [];
  return [...shown.flat(), ...more];
}

/** Of several attempts the last one; not what only a shutdown ended. */
function failedPods(nodes: readonly NodeStatus[]): readonly NodeStatus[] {
  const lastAttempts = new Map<string, string>();
  for (const node of nodes) {
    const last = node.type === "Retry" ? node.children?.at(-1) : undefined;
    for (const child of last === undefined ? [] : (node.children ?? [])) lastAttempts.set(child, last ?? child);
  }
  return nodes.filter(
    (node) =>
      node.type === "Pod" &&
      (node.phase === "Failed" || node.phase === "Error") &&
      (lastAttempts.get(node.id) ?? node.id) === node.id &&
      !(node.message ?? "").startsWith("workflow shutdown"),
  );
}

async function lastWords(
  api: WorkflowApi,
  workflowName: string,
  node: NodeStatus,
  palette: Palette,
): Promise<readonly string[]> {
  const lines: string[] = [];
  try {
    const query = {
      podName: podNameOf(workflowName, node.id, node.templateName ?? node.templateRef?.template),
      "logOptions.tailLines": linesOfPodMax,
    };
    for await (const line of api.logs(workflowName, query, AbortSignal.timeout(waitMs))) lines.push(line.content);
  } catch {
    // The tree has said that it failed; that its log cannot be had is not what the user asked about.
  }
  if (lines.length === 0) return [];
  const name = printableLine(node.displayName);
  return [
    palette.bold(`Log of ${name}`) +
      palette.dim(lines.length < linesOfPodMax ? "" : `, the last ${linesOfPodMax} lines`),
    ...lines.map((line) => `  ${line}`),
  ];
}
