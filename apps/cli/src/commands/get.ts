import { matchesNode, parseNodeSelector, type Workflow } from "@capstan/core";
import type { Command } from "commander";
import { badInput } from "../cli-error.ts";
import { AgentApi } from "../client/agent-api.ts";
import { nodesOfWorkflow } from "../render/nodes-of-workflow.ts";
import { renderTree } from "../render/tree.ts";
import { renderWaiting } from "../render/waiting.ts";
import type { Terminal } from "../terminal.ts";
import { type CommandContext, clientOf, namespaceOf, workflowApiOf } from "./command-context.ts";
import { outputOption, printObjects } from "./print-result.ts";
import { showWorkflow } from "./show-workflow.ts";
import { printWide } from "./wide.ts";

interface GetFlags {
  readonly output?: "json" | "yaml" | "name" | "wide" | "tree";
  readonly nodeFieldSelector?: string;
}

/** `capstan get`: one workflow, with its tree. */
export function registerGet(program: Command, { terminal }: CommandContext): void {
  const command = program
    .command("get <workflow>")
    .description('show a workflow; "@latest" is the one submitted last')
    .addOption(outputOption(["json", "yaml", "name", "wide", "tree"]))
    .option("--node-field-selector <selector>", "only nodes that match, e.g. phase=Failed")
    .action(async (name: string, flags: GetFlags) => {
      const workflow = await workflowApiOf(command).get(name);
      const selected = selectNodes(workflow, flags.nodeFieldSelector);
      if (flags.output === "tree") {
        const { outPalette: palette, width } = terminal;
        terminal.print(renderTree(nodesOfWorkflow(selected), { nowMs: Date.now(), width, linesMax: 10_000, palette }));
      } else if (flags.output === "wide") printWide(terminal, selected);
      else if (flags.output === undefined) {
        showWorkflow(terminal, selected);
        await showWaiting(terminal, command, workflow);
      } else printObjects(terminal, [selected], flags.output);
    });
}

/** Why steps do not start, where no agent can take them. */
async function showWaiting(terminal: Terminal, command: Command, workflow: Workflow): Promise<void> {
  const isWaiting = nodesOfWorkflow(workflow).some(({ phase }) => phase === "Pending");
  const { name } = workflow.metadata;
  if (!isWaiting || name === undefined) return;
  const lines = renderWaiting(await new AgentApi(clientOf(command)).waiting(namespaceOf(command), name));
  if (lines.length > 0) terminal.print(["", ...lines]);
}

function selectNodes<T extends Parameters<typeof nodesOfWorkflow>[0]>(workflow: T, selector: string | undefined): T {
  if (selector === undefined) return workflow;
  const parsed = parseNodeSelector(selector);
  if (!parsed.ok) throw badInput(parsed.error);
  const kept = new Set(
    nodesOfWorkflow(workflow)
      .filter((node) => matchesNode(parsed.value, node))
      .map((node) => node.id),
  );
  const nodes = Object.fromEntries(Object.entries(workflow.status?.nodes ?? {}).filter(([id]) => kept.has(id)));
  return { ...workflow, status: { ...workflow.status, nodes } };
}
