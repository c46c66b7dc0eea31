import { channels, keys } from "./keys.ts";

export interface AgentAclOptions {
  readonly user: string;
  /** SHA-256 of the password in hex; the password itself is nobody's business here. */
  readonly passwordSha256: string;
  readonly pool: string;
  readonly cluster: string;
  /** Selectors of `capstan.dev/selector` whose tasks it may take, as they stand in manifests. */
  readonly selectors?: readonly string[];
}

/** Commands without a key that a client needs to talk to Redis at all. */
const connection = ["auth", "hello", "ping", "select", "quit", "reset", "echo", "time", "info", "role", "command"];
const client = ["client|setname", "client|getname", "client|id", "client|list", "client|info"];

/**
 * One line of a Redis ACL file: what an agent may do, and nothing else. It may work the queues of its own pools, append to inboxes without
 * reading them, read single fields of workflows (is my attempt still wanted?), say that it lives and answer requests for logs. Of other
 * pools' tasks it sees nothing. Needs Redis 7.
 */
export function agentAcl({ user, passwordSha256, pool, cluster, selectors = [] }: AgentAclOptions): string {
  const pools = ownPools(pool, cluster, selectors);
  const queues = pools.map((name) => `~${escaped(keys.poolPrefix(name))}:*`);
  const cancelled = pools.map((name) => `&${escaped(channels.tasksCancelled(name))}`);
  const logged = pools.map((name) => `&${escaped(channels.logsRequested(name))}`);
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
    selector([...scripts, "+hset", "+hdel", "+zadd", "+zrem", "+zrange", "+zrangebyscore", "~{agents}:*"]),
    selector([...scripts, "+exists", "+get", "+set", "+xlen", "+xadd", "+pexpire", "~{log:*}:*"]),
    ...["+publish", "+subscribe", "+unsubscribe", `&${channels.inboxGrown}`, `&${channels.poolAnnounced}`],
    ...cancelled,
    ...logged,
  ].join(" ");
}

/** The pools that an agent of this pool and cluster may serve. */
function ownPools(pool: string, cluster: string, selectors: readonly string[]): readonly string[] {
  const places = [`cluster=${cluster}`, `pool=${pool};cluster=${cluster}`];
  const selected = selectors.flatMap((text) =>
    ["", `pool=${pool};`, ...places.map((place) => `${place};`)].map((prefix) => `${prefix}selector=${text}`),
  );
  return [pool, ...places, ...selected];
}

function selector(rules: readonly string[]): string {
  return `(-@all ${rules.join(" ")})`;
}

/** A rule is a word of its own: what would end it, or mean something in a pattern, matches as any one character. */
function escaped(pattern: string): string {
  return pattern.replaceAll(/[^\w=;,.!:{}*-]/g, "?");
}
