import { ok, type PoolDemand, poolNameOf, type Result } from "@capstan/core";
import { channels, keys } from "./keys.ts";

export interface AgentAclOptions {
  readonly user: string;
  /** SHA-256 of the password in hex; the password itself is nobody's business here. */
  readonly passwordSha256: string;
  readonly pool: string;
  readonly cluster: string;
  /** Selectors of `capstan.dev/selector` whose tasks it may take, as they stand in manifests; `any` for all of them. */
  readonly selectors?: readonly string[] | "any";
}

/** Commands without a key that a client needs to talk to Redis at all. */
const connection = ["auth", "hello", "ping", "select", "quit", "reset", "echo", "time", "info", "role", "command"];
const client = ["client|setname", "client|getname", "client|id", "client|list", "client|info"];

/**
 * One line of a Redis ACL file: what an agent may do, and nothing else. It may work the queues of its own pools, append to inboxes without
 * reading them, read single fields of workflows (is my attempt still wanted?), say that it lives and answer requests for logs and Pods. Of other
 * pools' tasks it sees nothing. Needs Redis 7. The error names what is no pool, cluster or selector.
 */
export function agentAcl(options: AgentAclOptions): Result<string> {
  const pools = patternsOf(options);
  return pools.ok ? ok(lineOf(options, pools.value)) : pools;
}

function lineOf({ user, passwordSha256 }: AgentAclOptions, pools: readonly string[]): string {
  const queues = pools.map((name) => `~${escaped(keys.poolPrefix(name))}:*`);
  const cancelled = pools.map((name) => `&${escaped(channels.tasksCancelled(name))}`);
  const asked = pools.flatMap((name) => [channels.logsRequested(name), channels.podsRequested(name)]);
  const heard = asked.map((channel) => `&${escaped(channel)}`);
  const shardKey = (name: (shard: number) => string): string => escaped(name(0)).replace("{s0}", "{s*}");
  const scripts = ["+eval", "+evalsha"];
  return [
    `user ${user} on #${passwordSha256} resetkeys resetchannels -@all`,
    ...[...connection, ...client].map((command) => `+${command}`),
    // BullMQ's work on the pools' own keys.
    ...["+@read", "+@write", "+@blocking", "+script|load", ...scripts, "-scan", "-randomkey", "-dbsize", "-@dangerous"],
    ...["+info", "+role", "+client|list"],
    ...queues,
    // Scripts that append to an inbox name its key; inside them only XADD may use it.
    selector([...scripts, `~${shardKey(keys.inbox)}`]),
    selector(["+xadd", `%W~${shardKey(keys.inbox)}`]),
    selector(["+get", "+mget", `%R~${shardKey(keys.watermark)}`]),
    selector(["+hget", `%R~${shardKey((shard) => keys.workflow(shard, "*"))}`]),
    selector(["+hget", "+hmget", `%R~${keys.installation}`]),
    // It says that it lives, and hears whether it is to drain; it cannot say so of others.
    selector([...scripts, `~${keys.agents}`, `~${keys.agentExpiries}`, `~${keys.agentsDraining}`]),
    selector([
      "+hset",
      "+hget",
      "+hdel",
      "+zadd",
      "+zrem",
      "+zscore",
      "+zrangebyscore",
      `~${keys.agents}`,
      `~${keys.agentExpiries}`,
    ]),
    selector(["+hexists", `%R~${keys.agentsDraining}`]),
    selector(["+zrangebyscore", `%R~${keys.demandingPools}`]),
    selector([...scripts, "+exists", "+get", "+set", "+xlen", "+xadd", "+pexpire", "~{log:*}:*"]),
    selector([...scripts, "+rpush", "+pexpire", "~{pod:*}:*"]),
    // Artifacts of every workflow: a step's inputs may come from anywhere.
    selector([
      ...scripts,
      "+hget",
      "+hmget",
      "+hset",
      "+hdel",
      "+hscan",
      "+zadd",
      "+zrem",
      "+zrangebylex",
      "~{artifacts}:*",
    ]),
    selector([...scripts, "+exists", "+rpush", "+pexpire", "+blpop", "~{blob:*}:*"]),
    `&${channels.blobsRequested("*")}`,
    ...["+publish", "+subscribe", "+unsubscribe", `&${channels.inboxGrown}`, `&${channels.poolAnnounced}`],
    ...cancelled,
    ...heard,
  ].join(" ");
}

/** The pools that such an agent may serve, as a Redis pattern each. */
function patternsOf({ pool, cluster, selectors = [] }: AgentAclOptions): Result<readonly string[]> {
  const places: readonly PoolDemand[] = [{}, { pool }, { cluster }, { pool, cluster }];
  const demands: PoolDemand[] = [{ pool }, { cluster }, { pool, cluster }];
  for (const selector of selectors === "any" ? ["any"] : selectors)
    demands.push(...places.map((place) => ({ ...place, selector })));
  const names: string[] = [];
  for (const demand of demands) {
    const name = poolNameOf(demand);
    if (!name.ok) return name;
    names.push(selectors === "any" ? name.value.replace(/selector=.*/, "selector=*") : name.value);
  }
  return ok(names);
}

function selector(rules: readonly string[]): string {
  return `(-@all ${rules.join(" ")})`;
}

/** A rule is a word of its own: what would end it, or mean something in a pattern, matches as any one character. */
function escaped(pattern: string): string {
  return pattern.replaceAll(/[^\w=;,.!:{}*-]/g, "?");
}
