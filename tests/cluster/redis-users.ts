import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { kubectl } from "./cluster.ts";

const root = join(import.meta.dirname, "..", "..");
const inCapstan = ["-n", "capstan"] as const;

export interface AgentPlace {
  readonly pool: string;
  readonly cluster?: string;
  readonly selectors?: readonly string[];
}

/** Gives the agents of another pool a user of their own, as deploy/README.md says. Returns the address of Redis for it, at this host and port. */
export function redisUrlFor(place: AgentPlace, host: string, port: number): string {
  const password = randomBytes(16).toString("hex");
  const patch = { stringData: { [`${place.pool}.acl`]: `${aclLine(place, password)}\n` } };
  const secret = ["secret", "capstan-redis-users", ...inCapstan];
  const isThere = kubectl(["get", ...secret, "--ignore-not-found", "-o", "name"]) !== "";
  if (!isThere) kubectl(["create", "secret", "generic", ...secret.slice(1)]);
  kubectl(["patch", ...secret, "--type=merge", "-p", JSON.stringify(patch)]);
  kubectl(["rollout", "restart", ...inCapstan, "statefulset/capstan-redis"]);
  kubectl(["rollout", "status", ...inCapstan, "statefulset/capstan-redis", "--timeout=120s"]);
  return `redis://${place.pool}:${password}@${host}:${port}`;
}

function aclLine({ pool, cluster = "local", selectors = [] }: AgentPlace, password: string): string {
  const program = join(root, "node_modules", "node", "bin", "node");
  const flags = ["--pool", pool, "--cluster", cluster, "--user", pool];
  for (const selector of selectors) flags.push("--selector", selector);
  const env = { ...process.env, CAPSTAN_REDIS_PASSWORD: password };
  const made = spawnSync(program, [join(root, "apps/agent/src/main.ts"), "acl", ...flags], { encoding: "utf8", env });
  if (made.status !== 0) throw new Error(`capstan agent acl: ${made.stderr || made.error?.message}`);
  return made.stdout.trim();
}
