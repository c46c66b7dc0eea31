import { createHash, randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import type { Result } from "@capstan/core";
import { agentAcl } from "@capstan/redis";

export const aclUsage = `capstan agent acl: the line of a Redis ACL file (Redis 7) that gives an agent the rights it needs and no others.
  --pool NAME          the agent's pool (default "default")
  --cluster NAME       the agent's cluster (default "local")
  --selector TEXT      a capstan.dev/selector whose tasks it may take; may be repeated
  --any-selector       it may take the tasks of every capstan.dev/selector
  --user NAME          default: agent-<cluster>
The password is CAPSTAN_REDIS_PASSWORD; one is made up and said on stderr where there is none. The line holds only its hash.`;

export interface AclAnswer {
  /** For stdout. */
  readonly line: string;
  /** For stderr. */
  readonly note?: string;
}

/** Carries the command out; the error names the flag. */
export function aclCommand(args: readonly string[], variables: NodeJS.ProcessEnv): Result<AclAnswer> {
  let values: { readonly [flag: string]: string | string[] | boolean | undefined };
  try {
    const flag = { type: "boolean" } as const;
    const options = { pool: { type: "string" }, cluster: { type: "string" }, user: { type: "string" } } as const;
    const more = { selector: { type: "string", multiple: true }, "any-selector": flag, help: flag } as const;
    values = parseArgs({ args: [...args], options: { ...options, ...more } }).values;
  } catch (error) {
    return { ok: false, error: `${error instanceof Error ? error.message : String(error)}\n\n${aclUsage}` };
  }
  if (values["help"] === true) return { ok: true, value: { line: aclUsage } };
  const text = (flag: string, fallback: string): string => {
    const value = values[flag];
    return typeof value === "string" ? value : fallback;
  };
  const cluster = text("cluster", "local");
  const pool = text("pool", "default");
  const user = text("user", `agent-${cluster}`);
  if (!/^[\w.-]+$/.test(user)) return { ok: false, error: `--user ${user}: letters, digits, "-", "_" and "." only` };
  const given = variables["CAPSTAN_REDIS_PASSWORD"];
  const password = given ?? randomBytes(24).toString("base64url");
  const passwordSha256 = createHash("sha256").update(password).digest("hex");
  const listed = Array.isArray(values["selector"]) ? values["selector"] : [];
  const selectors = values["any-selector"] === true ? "any" : listed;
  const line = agentAcl({ user, passwordSha256, pool, cluster, selectors });
  if (!line.ok) return line;
  return {
    ok: true,
    value: {
      line: line.value,
      ...(given === undefined && { note: `password of ${user}: ${password}` }),
    },
  };
}
