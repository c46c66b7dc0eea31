import { podNameOf, type Workflow } from "@capstan/core";
import { spanOf } from "../render/duration.ts";
import { nodesOfWorkflow } from "../render/nodes-of-workflow.ts";
import { renderTable } from "../render/table.ts";
import type { Terminal } from "../terminal.ts";

/** Every node with its ids, template and pod. */
export function printWide(terminal: Terminal, workflow: Workflow): void {
  const name = workflow.metadata.name ?? "";
  const rows = nodesOfWorkflow(workflow).map((node) => [
    node.name,
    node.type,
    node.phase,
    node.templateName ?? node.templateRef?.template ?? "",
    node.type === "Pod" ? podNameOf(name, node.id, node.templateName ?? node.templateRef?.template) : "",
    spanOf(node.startedAtMs, node.finishedAtMs, Date.now()),
    node.message ?? "",
  ]);
  terminal.print(renderTable(["NODE", "TYPE", "PHASE", "TEMPLATE", "POD", "DURATION", "MESSAGE"], rows));
}
