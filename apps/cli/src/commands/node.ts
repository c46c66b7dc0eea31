import type { Command } from "commander";
import { badInput } from "../cli-error.ts";
import { type CommandContext, repeated, workflowApiOf } from "./command-context.ts";

interface NodeSetFlags {
  readonly nodeFieldSelector: string;
  readonly phase?: string;
  readonly message?: string;
  readonly outputParameter: readonly string[];
}

/** `capstan node set`: gives suspended nodes what they wait for. */
export function registerNode(program: Command, { terminal }: CommandContext): void {
  const node = program.command("node").description("act on nodes of a workflow");
  const command = node
    .command("set <workflow>")
    .description("set outputs, phase or message of suspended nodes")
    .requiredOption("--node-field-selector <selector>", "which nodes, e.g. displayName=approve")
    .option("-p, --output-parameter <name=value>", "an output parameter; may be repeated", repeated, [])
    .option("--phase <phase>", "Succeeded, Failed or Error")
    .option("-m, --message <text>", "the node's message")
    .action(async (name: string, flags: NodeSetFlags) => {
      const outputs = flags.outputParameter.map((text) => {
        const equals = text.indexOf("=");
        if (equals <= 0) throw badInput(`--output-parameter takes NAME=VALUE, not ${JSON.stringify(text)}`);
        return [text.slice(0, equals), text.slice(equals + 1)] as const;
      });
      const workflow = await workflowApiOf(command).control(name, "set", {
        nodeFieldSelector: flags.nodeFieldSelector,
        outputParameters: JSON.stringify(Object.fromEntries(outputs)),
        ...(flags.phase !== undefined && { phase: flags.phase }),
        ...(flags.message !== undefined && { message: flags.message }),
      });
      terminal.print(`nodes of workflow ${workflow.metadata.name} set`);
    });
}
