import { availableParallelism, hostname } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { poolNameOf, type Result } from "@capstan/core";
import { readKubernetesConfig } from "./kubernetes-config.ts";
import type { KubernetesConfig } from "./runtime/kubernetes/kubernetes-runtime.ts";
import type { RuntimeConfig, RuntimeName } from "./runtime/make-runtime.ts";

export interface AgentConfig extends Omit<RuntimeConfig, "runtime"> {
  readonly runtime: RuntimeName | "kubernetes";
  /** Present where the runtime is kubernetes. */
  readonly kubernetes?: KubernetesConfig;
  /** Where other agents, and Pods, reach this one. */
  readonly transferHost?: string;
  readonly transferPort: number;
  readonly redisUrl: string;
  /** Whose certificates Redis may show, where those are not of the authorities that everybody trusts. */
  readonly redisCaFile?: string;
  readonly pool: string;
  readonly cluster: string;
  readonly concurrency: number;
  readonly labels: { readonly [key: string]: string };
  /** On shutdown, end the running tasks instead of leaving them to the agent's successor. */
  readonly killOnExit: boolean;
  readonly killGraceMs: number;
  /** A task of an agent that died is delivered again after this and half of it. */
  readonly leaseMs: number;
  readonly logLevel: string;
  /** HOST:PORT where Prometheus reads; nowhere when absent. */
  readonly metricsAddress?: string;
}

/** Tasks mostly wait (for networks, disks, sleeps), so a core carries several. */
const tasksPerCore = 8;
/** On Kubernetes the node's room decides. */
const tasksOnKubernetes = 1_000;

const options = {
  redis: { type: "string" },
  "redis-ca": { type: "string" },
  pool: { type: "string" },
  cluster: { type: "string" },
  runtime: { type: "string" },
  "state-dir": { type: "string" },
  concurrency: { type: "string" },
  "node-name": { type: "string" },
  path: { type: "string", multiple: true },
  images: { type: "string" },
  label: { type: "string", multiple: true },
  "kill-on-exit": { type: "boolean" },
  "kill-grace-seconds": { type: "string" },
  "lease-seconds": { type: "string" },
  "retention-hours": { type: "string" },
  "log-level": { type: "string" },
  "metrics-address": { type: "string" },
  kubeconfig: { type: "string" },
  context: { type: "string" },
  namespace: { type: "string" },
  supervisor: { type: "string" },
  "transfer-host": { type: "string" },
  "transfer-port": { type: "string" },
  "transfer-key": { type: "string" },
  "pod-logs": { type: "string" },
  "kept-pods": { type: "string" },
  "registry-mirror": { type: "string", multiple: true },
  help: { type: "boolean" },
} as const;

export const usage = `capstan agent: pulls tasks of a pool, runs them, reports.
  --redis URL               redis[s]://… (default redis://127.0.0.1:6379)
  --redis-ca FILE           the authority that signed the certificate of a rediss:// address, in PEM
  --pool NAME               the pool to pull from (default "default")
  --runtime NAME            sandbox | process | kubernetes | noop (default sandbox)
  --state-dir DIR           run folders, logs, artifacts, volumes (default /var/lib/capstan/agent)
  --concurrency N           tasks at once (default ${tasksPerCore} a core; on Kubernetes what the node has room for)
  --node-name NAME          default: the host's name
  --cluster NAME            it takes tasks of capstan.dev/cluster: NAME too (default "local")
  --label KEY=VALUE         it takes tasks whose capstan.dev/selector its labels meet; may be repeated
  --path DIR                put on PATH of every task; may be repeated
  --images FILE             more entrypoints of images, JSON: [{"image", "entrypoint", "cmd"}]
  --kill-on-exit            end running tasks on shutdown instead of leaving them to a successor
  --kill-grace-seconds N    between SIGTERM and SIGKILL, unless the template says (default 30)
  --lease-seconds N         a dead agent's tasks go to another after 1.5 times this (default 30)
  --retention-hours N       how long logs of ended tasks stay (default 24)
  --transfer-host ADDRESS   where other agents reach this one to fetch artifacts (on Kubernetes Pods too; there it is by default
                            the Node's internal address); without it artifacts go to them through Redis, up to 64 MiB each
  --transfer-port N         … and the port (default 7417)
  --metrics-address H:P     serve /metrics for Prometheus there (default: nowhere)
  --log-level LEVEL         trace … fatal, silent (default info)
On Kubernetes:
  --node-name NAME          the Node that this agent works on (in a DaemonSet: spec.nodeName)
  --kubeconfig FILE         the cluster (default: KUBECONFIG, the Pod's service account, ~/.kube/config)
  --context NAME            of the kubeconfig
  --namespace NAME          Pods of this namespace only, where the agent's rights end there
  --supervisor SOURCE       how the supervisor gets into Pods that need it: an image, or hostPath:/folder of the node
                            (default capstan/supervisor:VERSION)
  --transfer-key TEXT       a secret of the cluster's agents; better given as CAPSTAN_TRANSFER_KEY
  --pod-logs DIR            the node's folder of Pods' logs, read for results (default /var/log/pods)
  --registry-mirror R=URL   where to ask for images of registry R ("*": of all) instead of R itself; may be repeated
  --kept-pods N             ended Pods that stay for their logs where no podGC deletes them (default 500)
  capstan agent acl …       prints the Redis rights that such an agent needs (--help says more)
Each may be given as a variable: CAPSTAN_REDIS, CAPSTAN_STATE_DIR, … (lists separated by commas).`;

/** Reads flags, then variables, then defaults; the error names the flag. "help" when usage was asked for. */
export function readConfig(args: readonly string[], variables: NodeJS.ProcessEnv): Result<AgentConfig> | "help" {
  let values: Record<string, string | boolean | string[] | undefined>;
  try {
    values = parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
  if (values["help"] === true) return "help";
  const fromVariable = (flag: string): string | undefined =>
    variables[`CAPSTAN_${flag.toUpperCase().replaceAll("-", "_")}`];
  const text = (flag: string): string | undefined => {
    const value = values[flag];
    return typeof value === "string" ? value : fromVariable(flag);
  };
  const list = (flag: string): readonly string[] => {
    const value = values[flag];
    return Array.isArray(value)
      ? value
      : (fromVariable(flag)
          ?.split(",")
          .filter((one) => one !== "") ?? []);
  };
  const runtime = text("runtime") ?? "sandbox";
  if (!isRuntimeName(runtime))
    return { ok: false, error: `--runtime is sandbox, process, kubernetes or noop, not "${runtime}"` };
  const numbers = new Map<string, number>();
  for (const [flag, fallback, least] of [
    ["concurrency", runtime === "kubernetes" ? tasksOnKubernetes : tasksPerCore * availableParallelism(), 1],
    ["kill-grace-seconds", 30, 0],
    ["lease-seconds", 30, 1],
    ["retention-hours", 24, 0],
    ["transfer-port", 7417, 0],
    ["kept-pods", 500, 0],
  ] as const) {
    const value = text(flag) === undefined ? fallback : Number(text(flag));
    if (!Number.isFinite(value) || value < least)
      return { ok: false, error: `--${flag} takes a number from ${least} up, not "${text(flag)}"` };
    numbers.set(flag, value);
  }
  const number = (flag: string): number => numbers.get(flag) ?? 0;
  const nodeName = text("node-name") ?? hostname();
  const stateFolder = text("state-dir") ?? join("/var/lib", "capstan", "agent");
  const kubernetes =
    runtime === "kubernetes" ? readKubernetesConfig({ text, list, number, nodeName, stateFolder }) : undefined;
  if (kubernetes?.ok === false) return kubernetes;
  const [pool, cluster] = [text("pool") ?? "default", text("cluster") ?? "local"];
  // Where a template says so, this is the pool of those that may run there: the names must be such as may stand in one.
  const named = poolNameOf({ pool, cluster });
  if (!named.ok) return { ok: false, error: `--pool and --cluster: ${named.error}` };
  const imagesFile = text("images");
  const redisCaFile = text("redis-ca");
  const transferHost = text("transfer-host");
  const metricsAddress = text("metrics-address");
  return {
    ok: true,
    value: {
      redisUrl: text("redis") ?? "redis://127.0.0.1:6379",
      ...(redisCaFile !== undefined && { redisCaFile }),
      ...{ pool, cluster },
      ...(transferHost !== undefined && { transferHost }),
      ...(metricsAddress !== undefined && { metricsAddress }),
      transferPort: number("transfer-port"),
      runtime,
      stateFolder,
      concurrency: Math.trunc(number("concurrency")),
      nodeName,
      paths: list("path"),
      labels: Object.fromEntries(list("label").map((label) => splitLabel(label))),
      killOnExit: values["kill-on-exit"] === true || fromVariable("kill-on-exit") === "true",
      killGraceMs: number("kill-grace-seconds") * 1_000,
      leaseMs: number("lease-seconds") * 1_000,
      retentionMs: number("retention-hours") * 3_600_000,
      logLevel: text("log-level") ?? "info",
      ...(imagesFile === undefined ? {} : { imagesFile }),
      ...(kubernetes === undefined ? {} : { kubernetes: kubernetes.value }),
    },
  };
}

function isRuntimeName(name: string): name is RuntimeName | "kubernetes" {
  return name === "sandbox" || name === "process" || name === "noop" || name === "kubernetes";
}

function splitLabel(label: string): readonly [string, string] {
  const equals = label.indexOf("=");
  return equals < 0 ? [label, ""] : [label.slice(0, equals), label.slice(equals + 1)];
}
