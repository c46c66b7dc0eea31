import { join } from "node:path";
import type {
  Clock,
  LogLine,
  LogOptions,
  PodSnapshot,
  RunningTask,
  RuntimeObserver,
  Task,
  TaskPast,
  WorkflowPhases,
} from "@capstan/core";
import {
  type AnsweredRequest,
  agentLabel,
  KubeClient,
  KubeError,
  labelValue,
  loadClusterAccess,
  type Pod,
  type SupervisorSource,
} from "@capstan/kubernetes";
import type { BlobServer } from "../../artifacts/blob-server.ts";
import type { PeerAddress } from "../../artifacts/direct-blobs.ts";
import type { TaskArtifacts } from "../../artifacts/task-artifacts.ts";
import type { Logger } from "../../logger.ts";
import type { ImageEntry } from "../local/image-table.ts";
import type { LocallyLoggedRuntime } from "../make-runtime.ts";
import { ImageConfigs } from "./images/image-configs.ts";
import { RegistryClient } from "./images/registry-client.ts";
import { KeptPods } from "./kept-pods.ts";
import { KubernetesTasks } from "./kubernetes-tasks.ts";
import { NodeHealth } from "./node-health.ts";
import { NodeView } from "./node-view.ts";
import { PodControl } from "./pod-control.ts";
import { PodCreation } from "./pod-creation.ts";
import { PodJanitor } from "./pod-janitor.ts";
import { PodSnapshots } from "./pod-snapshots.ts";
import { PodWatch } from "./pod-watch.ts";
import { ResourceTasks } from "./resource/resource-tasks.ts";
import { StdoutReader } from "./stdout-reader.ts";
import { TransferServer } from "./transfer-server.ts";
import { TransferStore } from "./transfer-store.ts";
import { TransferTokens } from "./transfer-token.ts";
import { WorkflowClaims } from "./workflow-claims.ts";

export interface KubernetesConfig {
  readonly kubeconfig?: string;
  readonly context?: string;
  /** The Node that this agent works on. */
  readonly nodeName: string;
  readonly stateFolder: string;
  /** Only Pods of this namespace, where the agent's rights end there. */
  readonly namespace?: string;
  readonly supervisor: SupervisorSource;
  /** The node's address, as Pods reach it; the API server's word when absent. */
  readonly transferHost?: string;
  readonly transferPort: number;
  /** Of all agents of a cluster alike, and nobody else's. */
  readonly transferKey: string;
  readonly podLogsFolder?: string;
  readonly keptPodsMax: number;
  /** What images start, where the configuration knows better than their registries. */
  readonly images: readonly ImageEntry[];
  readonly registryMirrors: ReadonlyMap<string, string>;
  readonly version: string;
}

/** Told of what an agent does with its cluster, for those who count it. */
export interface ClusterObserver {
  requestAnswered(request: AnsweredRequest): void;
  /** One of the agent's Pods as it is now; undefined when it is gone. */
  podSeen(key: string, pod: Pod | undefined): void;
}

/** Whose Pods these are, and what the runtime asks of the committed state. */
export interface KubernetesState {
  /** Of one agent alone among all that share the cluster, and of its successors: by it they find their Pods again. */
  readonly agentName: string;
  readonly phases: WorkflowPhases;
  readonly isWanted: (task: Task) => Promise<boolean>;
  readonly artifacts: TaskArtifacts;
  /** Answers other agents at the address where Pods reach this one. */
  readonly blobs: BlobServer;
}

interface Opened {
  readonly client: KubeClient;
  readonly tasks: KubernetesTasks;
  readonly watch: PodWatch;
  readonly node: NodeView;
  readonly resources: ResourceTasks;
  readonly janitor: PodJanitor;
  readonly server: TransferServer;
  readonly transfers: TransferStore;
  readonly keptPods: KeptPods;
  readonly snapshots: PodSnapshots;
  readonly transferAddress: PeerAddress;
  readonly isWanted: KubernetesState["isWanted"];
}

type Checked = { readonly ok: true } | { readonly ok: false; readonly error: string };

/** Longer than any task waits for its agent. */
const transferRetentionMs = 7 * 24 * 3_600_000;

/** Pods on this agent's cluster. `check` connects; nothing else may be called before it and `open` have succeeded. */
export class KubernetesRuntime implements LocallyLoggedRuntime {
  readonly name = "kubernetes";
  readonly #config: KubernetesConfig;
  readonly #observer: ClusterObserver | undefined;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #cluster: { readonly client: KubeClient; readonly server: URL } | undefined;
  #opened: Opened | undefined;

  constructor(config: KubernetesConfig, clock: Clock, logger: Logger, observer?: ClusterObserver) {
    this.#observer = observer;
    this.#config = config;
    this.#clock = clock;
    this.#logger = logger;
  }

  async check(): Promise<Checked> {
    const { kubeconfig, context } = this.#config;
    const access = await loadClusterAccess({
      variables: process.env,
      ...(kubeconfig !== undefined && { kubeconfig }),
      ...(context !== undefined && { context }),
    });
    if (!access.ok) return access;
    const client = new KubeClient(access.value, {
      userAgent: `capstan-agent/${this.#config.version}`,
      onAnswer: (request) => this.#observer?.requestAnswered(request),
    });
    const { server } = access.value;
    this.#cluster = { client, server };
    return this.#orProblem(async () => void (await client.get(nodePath(this.#config.nodeName))));
  }

  /** Finds what an earlier agent of this name left, and follows it. The state is known only once Redis is. */
  open(state: KubernetesState): Promise<Checked> {
    return this.#orProblem(async ({ client }) => {
      this.#opened = await this.#open(client, state);
      this.#opened.janitor.start();
    });
  }

  /** Where Pods and other agents reach this one. */
  get transferAddress(): PeerAddress {
    return this.#parts.transferAddress;
  }

  get room(): { current(): number; onChange(listener: () => void): () => void } {
    return this.#parts.node;
  }

  start(task: Task, observer: RuntimeObserver, past?: TaskPast): Promise<RunningTask> {
    return this.#parts.tasks.start(task, observer, past);
  }

  async leftovers(): Promise<readonly Task[]> {
    return this.#parts.tasks.leftovers(this.#parts.isWanted);
  }

  logs(taskId: string, options: LogOptions): AsyncIterable<LogLine> {
    return this.#parts.tasks.logs(taskId, options);
  }

  hasLogs(taskId: string): boolean {
    return this.#parts.tasks.hasLogs(taskId);
  }

  async pod(taskId: string): Promise<PodSnapshot | undefined> {
    const { resources, snapshots } = this.#parts;
    if (!resources.hasLogs(taskId)) return snapshots.of(taskId);
    return { kind: "no-pod", reason: "the agent carries out resource templates itself, without a Pod" };
  }

  forget(taskId: string): Promise<void> {
    return this.#parts.tasks.forget(taskId);
  }

  discard(task: Task): Promise<void> {
    return this.#parts.tasks.discard(task);
  }

  async collectGarbage(): Promise<void> {
    this.#parts.resources.collectGarbage();
    await this.#parts.keptPods.removeOld();
    await this.#parts.transfers.removeOlder(this.#clock.nowMs() - transferRetentionMs);
  }

  close(): void {
    const { tasks, watch, node, janitor, server, client } = this.#parts;
    tasks.close();
    janitor.stop();
    node.stop();
    void Promise.all([watch.stop(), server.stop()]).finally(() => client.close());
  }

  get #parts(): Opened {
    if (this.#opened === undefined) throw new Error("the Kubernetes runtime was not opened");
    return this.#opened;
  }

  async #orProblem(step: (cluster: { readonly client: KubeClient }) => Promise<void>): Promise<Checked> {
    const cluster = this.#cluster;
    if (cluster === undefined) throw new Error("the Kubernetes runtime was not checked");
    try {
      await step(cluster);
      return { ok: true };
    } catch (error) {
      cluster.client.close();
      return { ok: false, error: openingProblem(error, cluster.server, this.#config.nodeName) };
    }
  }

  async #open(client: KubeClient, state: KubernetesState): Promise<Opened> {
    const { nodeName, namespace, stateFolder, podLogsFolder, keptPodsMax, supervisor, transferPort } = this.#config;
    const { transferKey } = this.#config;
    const { phases, isWanted, artifacts, blobs } = state;
    const [clock, logger] = [this.#clock, this.#logger];
    const agentName = labelValue(state.agentName);
    const isOwn = (pod: { readonly metadata: { readonly labels?: Readonly<Record<string, string>> } }): boolean =>
      pod.metadata.labels?.[agentLabel] === agentName;
    const node = new NodeView({ client, nodeName, clock, logger, isOwn });
    const keptPods = new KeptPods({ folder: join(stateFolder, "pods"), clock, logger });
    const watch = new PodWatch({
      client,
      labelSelector: `${agentLabel}=${agentName}`,
      ...(namespace !== undefined && { namespace }),
      onPod: (key, pod) => {
        node.see(key, pod);
        this.#observer?.podSeen(key, pod);
        if (pod === undefined) keptPods.gone(key);
      },
      onWholePod: (pod) => keptPods.see(pod),
      onError: (error) => logger.warn({ error: String(error) }, "the watch over Pods broke off, taking it up again"),
    });
    await Promise.all([watch.start(), node.start()]);
    const control = new PodControl(client);
    const claims = new WorkflowClaims({
      ...{ client, agentName, logger },
      ...(namespace !== undefined && { namespace }),
    });
    await claims.start();
    const janitor = new PodJanitor({ control, clock, logger, claims, phases, keptMax: keptPodsMax });
    const transfers = new TransferStore(join(stateFolder, "transfers"));
    const tokens = new TransferTokens(transferKey);
    const server = new TransferServer({
      ...{ tokens, artifacts, blobs, logger, store: transfers, host: "0.0.0.0", port: transferPort },
      taskOf: (taskId) => tasks.taskOf(taskId),
      onProgress: (taskId, progress) => tasks.progressed(taskId, progress),
    });
    const port = await server.start();
    const transferAddress = { host: this.#config.transferHost ?? (await nodeAddress(client, nodeName)), port };
    const resources = new ResourceTasks({
      ...{ client, artifacts, clock, logger, nodeName },
      folder: join(stateFolder, "resources"),
    });
    const architecture = process.arch === "x64" ? "amd64" : process.arch;
    const tasks: KubernetesTasks = new KubernetesTasks(
      {
        ...{ client, watch, control, janitor, claims, node, transfers, tokens, artifacts, resources, clock, logger },
        nodes: new NodeHealth({ client, clock, logger }),
        creation: new PodCreation({ client, control, clock, agentName }),
        stdout: new StdoutReader({ client, ...(podLogsFolder !== undefined && { podLogsFolder }) }),
        images: new ImageConfigs({
          ...{ client, clock, configured: this.#config.images },
          registry: new RegistryClient({ mirrors: this.#config.registryMirrors, architecture }),
        }),
      },
      {
        ...{ agentName, nodeName },
        supervisor,
        transferAddress,
        ...(namespace !== undefined && { namespace }),
      },
    );
    const snapshots = new PodSnapshots({ client, watch, clock, kept: keptPods });
    const looked = { watch, node, keptPods, snapshots };
    return { ...looked, client, tasks, resources, janitor, server, transfers, transferAddress, isWanted };
  }
}

function nodePath(nodeName: string): string {
  return `/api/v1/nodes/${encodeURIComponent(nodeName)}`;
}

async function nodeAddress(client: KubeClient, nodeName: string): Promise<string> {
  const node = await client.get<{
    readonly status?: { readonly addresses?: readonly { readonly type: string; readonly address: string }[] };
  }>(nodePath(nodeName));
  const address = node.status?.addresses?.find(({ type }) => type === "InternalIP")?.address;
  if (address === undefined)
    throw new Error(`node ${nodeName} has no InternalIP: name an address with --transfer-host`);
  return address;
}

function openingProblem(error: unknown, server: URL, nodeName: string): string {
  if (error instanceof KubeError && error.status === 404 && error.message.includes("nodes"))
    return `the cluster has no node "${nodeName}": name this agent's node with --node-name (in a DaemonSet: spec.nodeName)`;
  if (error instanceof KubeError && (error.status === 401 || error.status === 403))
    return `the cluster at ${server.host} refuses this agent: ${error.message} (the rights it needs are in deploy/)`;
  return `the cluster at ${server.host} cannot be used: ${error instanceof Error ? error.message : String(error)}`;
}
