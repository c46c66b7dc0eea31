import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AgentStatus } from "@capstan/core";
import type { Command } from "commander";
import { badInput } from "../cli-error.ts";
import { AgentApi } from "../client/agent-api.ts";
import { formatAge } from "../render/duration.ts";
import { labelsText } from "../render/labels.ts";
import { renderTable } from "../render/table.ts";
import type { Terminal } from "../terminal.ts";
import { type CommandContext, clientOf } from "./command-context.ts";
import { outputOption, printValue } from "./print-result.ts";

interface AgentsFlags {
  readonly output?: "json" | "yaml" | "name" | "wide";
}

/** Cluster, pool, node. */
const idParts = 3;

/** `capstan agents`, and `capstan agent drain`, `uncordon`, `acl`: those who run the tasks. */
export function registerAgents(program: Command, context: CommandContext): void {
  const { terminal } = context;
  const list = program
    .command("agents")
    .description("list the agents that live")
    .addOption(outputOption())
    .action(async (flags: AgentsFlags) => printAgents(terminal, await new AgentApi(clientOf(list)).list(), flags));
  const agent = program.command("agent").description("act on an agent");
  const control = (verb: "drain" | "uncordon", description: string, done: string): void => {
    const command = agent
      .command(`${verb} <agent>`)
      .description(description)
      .action(async (name: string) => {
        const api = new AgentApi(clientOf(command));
        const agentId = name.split("/").length === idParts ? name : await idOf(api, name);
        await api.control(agentId, verb);
        terminal.print(`agent ${agentId} ${done}`);
      });
  };
  control("drain", "let it take no more tasks; those that it has go on", "takes no more tasks");
  control("uncordon", "let it take tasks again", "takes tasks again");
  agent
    .command("acl [flags...]")
    .description("print the Redis rights that an agent needs (--help says which flags)")
    .allowUnknownOption()
    .helpOption(false)
    .action(async (flags: readonly string[]) => context.exitWith(await runAgentProgram(["acl", ...flags])));
}

/** The agent on a node; where several nodes have that name, or one several agents, more of the id must be said. */
async function idOf(api: AgentApi, node: string): Promise<string> {
  const found = (await api.list()).filter(({ agentId }) => agentId.endsWith(`/${node}`));
  const [only] = found;
  if (found.length === 1 && only !== undefined) return only.agentId;
  if (found.length === 0) throw badInput(`no agent lives on ${JSON.stringify(node)}: capstan agents lists them`);
  throw badInput(`which agent of ${node}? ${found.map(({ agentId }) => agentId).join(" or ")}`);
}

function printAgents(terminal: Terminal, agents: readonly AgentStatus[], { output }: AgentsFlags): void {
  if (output === "json" || output === "yaml") printValue(terminal, { items: agents }, output);
  else if (output === "name") terminal.print(agents.map(({ agentId }) => agentId));
  else if (agents.length === 0) terminal.inform("no agent lives");
  else printTable(terminal, agents, output === "wide");
}

function printTable(terminal: Terminal, agents: readonly AgentStatus[], wide: boolean): void {
  const nowMs = Date.now();
  const rows = agents.map((agent) => [
    ...[agent.agentId, statusOf(agent), String(agent.running), String(agent.room)],
    ...[agent.version, formatAge(nowMs - agent.atMs)],
    ...(wide ? [labelsText(agent.labels)] : []),
  ]);
  const head = ["AGENT", "STATUS", "RUNNING", "ROOM", "VERSION", "SEEN", ...(wide ? ["LABELS"] : [])];
  terminal.print(renderTable(head, rows));
}

function statusOf({ draining, running }: AgentStatus): string {
  if (!draining) return "Ready";
  return running > 0 ? "Draining" : "Drained";
}

/** The agent's own program, which knows what an agent needs of Redis. */
async function runAgentProgram(args: readonly string[]): Promise<number> {
  const packageEntry = fileURLToPath(import.meta.resolve("@capstan/agent"));
  const main = join(dirname(packageEntry), `main${extname(packageEntry)}`);
  const child = spawn(process.execPath, [main, ...args], { stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 1;
}
