import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { textAt, valueAt } from "@capstan/core";

const run = promisify(execFile);
const pluginTimeoutMs = 60_000;
/** A token is renewed this long before it ends. */
const marginMs = 30_000;

/** Tokens of a kubeconfig's `users[].user.exec` (client.authentication.k8s.io), kept until they expire. */
export function runCredentialPlugin(plugin: unknown, folder: string): () => Promise<string | undefined> {
  const command = textAt(plugin, "command") ?? "";
  const args = valueAt(plugin, "args");
  const variables = valueAt(plugin, "env");
  let known: { readonly token: string; readonly untilMs: number } | undefined;
  return async () => {
    if (known !== undefined && Date.now() < known.untilMs) return known.token;
    // As kubectl does: a path is meant from the kubeconfig's folder, a bare name is looked up.
    const program = command.includes("/") ? resolve(folder, command) : command;
    const { stdout } = await run(program, Array.isArray(args) ? args.map(String) : [], {
      timeout: pluginTimeoutMs,
      env: { ...process.env, ...variablesOf(variables) },
    });
    const status = valueAt(JSON.parse(stdout), "status");
    const token = textAt(status, "token");
    if (token === undefined) throw new Error(`${command} gave no token: only plugins that give one are supported`);
    const expiresAtMs = Date.parse(textAt(status, "expirationTimestamp") ?? "");
    known = { token, untilMs: Number.isNaN(expiresAtMs) ? Number.POSITIVE_INFINITY : expiresAtMs - marginMs };
    return token;
  };
}

function variablesOf(list: unknown): Record<string, string> {
  const pairs = Array.isArray(list) ? list.map((one) => [textAt(one, "name") ?? "", textAt(one, "value") ?? ""]) : [];
  return Object.fromEntries(pairs.filter(([name]) => name !== ""));
}
