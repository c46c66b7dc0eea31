import { hostname } from "node:os";
import { parseArgs } from "node:util";
import { fail, ok, poolNameOf, type Result } from "@capstan/core";

/** What a coordinator must be told; everything else has a default that fits. */
export interface CoordinatorConfig {
  /** `redis[s]://…`, or `redis[s]+cluster://host:port,host:port`. */
  readonly redisUrl: string;
  /** Whose certificates Redis may show, where those are not of the authorities that everybody trusts. */
  readonly redisCaFile?: string;
  /** How many shards the installation has; decided once, by the first coordinator. */
  readonly shardCount: number;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Unlike that of any other living coordinator. */
  readonly ownerId: string;
  readonly defaultPool: string;
  readonly logLevel: string;
  /** Workflows and templates are also objects of this cluster; absent where there is none. */
  readonly kubernetes?: { readonly kubeconfig?: string; readonly context?: string; readonly namespace?: string };
}

export const usage = `capstan coordinator: turns workflows into tasks on the queue.

  --redis URL        redis://host:port[/db], rediss://…, redis+cluster://host:port,…  (CAPSTAN_REDIS, redis://127.0.0.1:6379)
  --redis-ca FILE    the authority that signed the certificate of a rediss:// address, in PEM  (CAPSTAN_REDIS_CA)
  --port N           of the HTTP API, 0 for any free one  (2746)
  --host ADDRESS     to listen on; 0.0.0.0 for all  (127.0.0.1)
  --shards N         of the installation; cannot be changed later  (64)
  --owner-id NAME    unlike that of any other living coordinator  (host name, process id)
  --default-pool P   where tasks go that name no pool  (default)
  --log-level LEVEL  debug, info, warn, error  (info)
  --kubernetes       Workflow and WorkflowTemplate objects of a cluster are carried out, and templates are kept there
  --kubeconfig FILE  of that cluster  (KUBECONFIG, the Pod's service account, ~/.kube/config)
  --context NAME     of the kubeconfig
  --namespace NAME   only the objects of this namespace
`;

const logLevels = ["debug", "info", "warn", "error"];
const shardsMax = 16_384;

/** Reads the command line; the error says what is wrong with it. "help" when that was asked for. */
export function parseConfig(
  args: readonly string[],
  environment: { readonly [name: string]: string | undefined },
): Result<CoordinatorConfig | "help"> {
  const parsed = parseOptions(args);
  if (!parsed.ok) return parsed;
  const values = parsed.value;
  if (values.help) return ok("help");
  const redisUrl = values.redis ?? environment["CAPSTAN_REDIS"] ?? "redis://127.0.0.1:6379";
  const redisCaFile = values["redis-ca"] ?? environment["CAPSTAN_REDIS_CA"];
  const shardCount = numberBetween("--shards", values.shards ?? "64", 1, shardsMax);
  if (!shardCount.ok) return shardCount;
  const port = numberBetween("--port", values.port ?? "2746", 0, 65_535);
  if (!port.ok) return port;
  const logLevel = values["log-level"] ?? "info";
  if (!logLevels.includes(logLevel)) return fail(`--log-level ${logLevel}: not one of ${logLevels.join(", ")}`);
  const ownerId = values["owner-id"] ?? `${hostname()}-${process.pid}`;
  if (!/^\S+$/.test(ownerId)) return fail(`--owner-id '${ownerId}': must not be empty or hold spaces`);
  const defaultPool = poolNameOf({ pool: values["default-pool"] ?? "default" });
  if (!defaultPool.ok) return fail(`--default-pool: ${defaultPool.error}`);
  return ok({
    ...{ redisUrl, shardCount: shardCount.value, port: port.value, ownerId, logLevel },
    ...(redisCaFile !== undefined && { redisCaFile }),
    host: values.host ?? "127.0.0.1",
    defaultPool: defaultPool.value,
    ...((values.kubernetes ?? environment["CAPSTAN_KUBERNETES"] === "true") && {
      kubernetes: {
        ...(values.kubeconfig !== undefined && { kubeconfig: values.kubeconfig }),
        ...(values.context !== undefined && { context: values.context }),
        ...(values.namespace !== undefined && { namespace: values.namespace }),
      },
    }),
  });
}

function parseOptions(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        redis: { type: "string" },
        "redis-ca": { type: "string" },
        port: { type: "string" },
        host: { type: "string" },
        shards: { type: "string" },
        "owner-id": { type: "string" },
        "default-pool": { type: "string" },
        "log-level": { type: "string" },
        kubernetes: { type: "boolean" },
        kubeconfig: { type: "string" },
        context: { type: "string" },
        namespace: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
    return ok(values);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function numberBetween(option: string, text: string, least: number, most: number): Result<number> {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return ok(value);
  return fail(`${option} ${text}: not a whole number from ${least} to ${most}`);
}
