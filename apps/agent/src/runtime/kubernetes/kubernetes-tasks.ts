import {
  type Clock,
  type LogLine,
  type LogOptions,
  ok,
  type Result,
  type RunningTask,
  type RuntimeObserver,
  type Task,
  type TaskOutcome,
  type TaskPast,
} from "@capstan/core";
import {
  buildPod,
  type EndedPod,
  type ImageConfig,
  imagesToLookUp,
  type KubeClient,
  KubeError,
  mainContainers,
  observePod,
  outputContainer,
  type Pod,
  type SupervisorSource,
  sidecarImagesToLookUp,
  taskIdAnnotation,
  taskOfPod,
} from "@capstan/kubernetes";
import type { TaskArtifacts } from "../../artifacts/task-artifacts.ts";
import type { Logger } from "../../logger.ts";
import { runDataTemplate } from "../local/data-template.ts";
import type { ImageConfigs } from "./images/image-configs.ts";
import type { NodeHealth } from "./node-health.ts";
import type { NodeView } from "./node-view.ts";
import type { PodControl } from "./pod-control.ts";
import type { CreatedPod, PodCreation } from "./pod-creation.ts";
import type { PodJanitor } from "./pod-janitor.ts";
import { podLogs } from "./pod-logs.ts";
import { podOutcome } from "./pod-outcome.ts";
import type { PodWatch } from "./pod-watch.ts";
import type { ResourceTasks } from "./resource/resource-tasks.ts";
import type { StdoutReader } from "./stdout-reader.ts";
import { TaskPod } from "./task-pod.ts";
import type { TransferStore } from "./transfer-store.ts";
import type { TransferTokens } from "./transfer-token.ts";
import type { WorkflowClaims } from "./workflow-claims.ts";

/** The parts that the runtime is put together from (`make-kubernetes-runtime.ts`). */
export interface KubernetesParts {
  readonly client: KubeClient;
  readonly watch: PodWatch;
  readonly control: PodControl;
  readonly creation: PodCreation;
  readonly janitor: PodJanitor;
  readonly claims: WorkflowClaims;
  readonly node: NodeView;
  readonly nodes: NodeHealth;
  readonly stdout: StdoutReader;
  readonly transfers: TransferStore;
  readonly tokens: TransferTokens;
  readonly artifacts: TaskArtifacts;
  readonly images: ImageConfigs;
  readonly resources: ResourceTasks;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface KubernetesSettings {
  readonly agentName: string;
  readonly nodeName: string;
  /** The one namespace whose Pods the agent sees; all when absent. */
  readonly namespace?: string;
  readonly supervisor: SupervisorSource;
  /** Where Pods reach this agent. */
  readonly transferAddress: { readonly host: string; readonly port: number };
}

interface Run {
  readonly task: Task;
  readonly observer: RuntimeObserver;
  readonly running: Promise<RunningTask>;
}

/** Runs tasks as Pods of one cluster. A Pod is its task's only state: whoever finds the Pod can adopt the task. */
export class KubernetesTasks {
  readonly #parts: KubernetesParts;
  readonly #settings: KubernetesSettings;
  readonly #runs = new Map<string, Run>();
  readonly #open = new Set<TaskPod>();

  constructor(parts: KubernetesParts, settings: KubernetesSettings) {
    this.#parts = parts;
    this.#settings = settings;
  }

  start(task: Task, observer: RuntimeObserver, past?: TaskPast): Promise<RunningTask> {
    const known = this.#runs.get(task.id);
    if (known !== undefined) return known.running;
    const running = this.#start(task, observer, past);
    this.#runs.set(task.id, { task, observer, running });
    running.catch(() => this.#runs.delete(task.id));
    return running;
  }

  /** A task of this agent's says how far it is. */
  progressed(taskId: string, progress: string): void {
    this.#runs.get(taskId)?.observer.progressed({ progress });
  }

  /** A task that this agent has now. */
  taskOf(taskId: string): Task | undefined {
    return this.#runs.get(taskId)?.task;
  }

  /** Tasks whose Pods an earlier agent of this name left; those that nobody waits for any more are the janitor's. */
  async leftovers(isWanted: (task: Task) => Promise<boolean>): Promise<readonly Task[]> {
    const { watch, logger, clock, janitor, control, resources } = this.#parts;
    const tasks: Task[] = [...(await resources.leftovers(isWanted))];
    for (const pod of watch.leftovers()) {
      const task = taskOfPod(pod);
      if (!task.ok) {
        logger.warn({ pod: pod.metadata.name, error: task.error }, "a Pod of this agent cannot be adopted");
        continue;
      }
      const observation = observePod(task.value, pod, clock.nowMs());
      if (await isWanted(task.value)) tasks.push(task.value);
      else if (observation.kind !== "ended") await control.remove(task.value, unwantedGraceSeconds);
      else janitor.take(task.value, observation.verdict.phase === "Succeeded", pod.metadata.labels ?? {});
    }
    return tasks;
  }

  logs(taskId: string, options: LogOptions): AsyncIterable<LogLine> {
    const { client, watch, resources } = this.#parts;
    if (resources.hasLogs(taskId)) return resources.logs(taskId, options);
    return podLogs(client, () => watch.findId(taskId), options, new AbortController().signal);
  }

  hasLogs(taskId: string): boolean {
    const { watch, resources } = this.#parts;
    return resources.hasLogs(taskId) || watch.findId(taskId) !== undefined;
  }

  /** The outcome is committed: what was sent may go, and the Pod when its workflow's policy says so. */
  async forget(taskId: string): Promise<void> {
    const run = this.#runs.get(taskId);
    this.#runs.delete(taskId);
    this.#parts.resources.forget(taskId);
    const pod = this.#parts.watch.findId(taskId);
    if (run !== undefined && pod !== undefined)
      this.#parts.janitor.take(run.task, pod.status?.phase === "Succeeded", pod.metadata.labels ?? {});
    await this.#parts.transfers.forget(taskId);
  }

  /** Ends what may run of a task that is not to run: an agent that is gone may have started it. */
  async discard(task: Task): Promise<void> {
    const { resources } = this.#parts;
    if (resources.takes(task)) resources.discard(task);
    else await this.#parts.control.remove(task, unwantedGraceSeconds);
  }

  /** Stops looking after Pods; they go on. */
  close(): void {
    for (const pod of this.#open) pod.letGo();
    this.#parts.resources.close();
  }

  async #start(task: Task, observer: RuntimeObserver, past?: TaskPast): Promise<RunningTask> {
    const { watch, clock, logger, control, resources, nodes } = this.#parts;
    if (resources.takes(task)) return resources.start(task, observer);
    if (task.template.data !== undefined) {
      const machine = { nodeName: this.#settings.nodeName, nowMs: () => clock.nowMs() };
      return ended(await runDataTemplate(task, this.#parts.artifacts, machine));
    }
    const taskPod = new TaskPod({
      ...{ task, observer, control, clock, logger },
      nodeLoss: (nodeName) => nodes.lossOf(nodeName),
      conclude: (pod, end) => this.#conclude(task, pod, end),
      // When it comes back, it is tried again.
      onRefused: () => this.#runs.delete(task.id),
    });
    this.#open.add(taskPod);
    const unfollow = watch.follow(task, (pod) => taskPod.see(pod));
    void taskPod.over.then(() => {
      unfollow();
      this.#open.delete(taskPod);
    });
    const pod = watch.find(task);
    if (pod !== undefined && isOf(pod, task)) taskPod.see(pod);
    else void this.#bring(task, taskPod, past);
    return taskPod;
  }

  /** Creates the Pod or finds it, or says why there will be none. */
  async #bring(task: Task, taskPod: TaskPod, past?: TaskPast): Promise<void> {
    const bringing = past?.hasStarted ? this.#parts.creation.find(task) : this.#create(task, () => taskPod.isOver);
    const created = await bringing.catch(
      (error: unknown): CreatedPod => ({
        kind: "invalid",
        message: error instanceof Error ? error.message : String(error),
      }),
    );
    if (created.kind === "pod") taskPod.created(created.pod);
    else if (created.kind === "refused") taskPod.refuse(created.message);
    else if (created.kind === "gone") taskPod.fail(goneMessage);
    else taskPod.fail(created.message);
  }

  async #create(task: Task, isOver: () => boolean): Promise<CreatedPod> {
    const { creation, claims, stdout, tokens, node, clock } = this.#parts;
    const { agentName, nodeName, namespace, supervisor, transferAddress } = this.#settings;
    // A Pod that its agent does not see would never end for it.
    if (namespace !== undefined && task.namespace !== namespace)
      return { kind: "refused", message: `the agent of node ${nodeName} works in namespace ${namespace} only` };
    try {
      await claims.ensure(task);
    } catch (error) {
      if (error instanceof KubeError && error.isTransient) return { kind: "refused", message: error.message };
      throw error;
    }
    const base = {
      ...{ agentName, supervisor, nowMs: clock.nowMs() },
      transfer: { ...transferAddress, token: tokens.tokenOf(task.id) },
    };
    const given = await this.#withoutAbsent(task);
    const builtFor = async (captureStdout: boolean): Promise<Result<Pod>> => {
      const configs = await this.#imageConfigs(task, captureStdout);
      return buildPod(given, { ...base, captureStdout, imageConfig: (image) => configs.get(image) });
    };
    const build = async (): Promise<Result<Pod>> => {
      // Only on its own node can the agent read stdout from the container runtime's files.
      const here = await builtFor(!stdout.isOnNode);
      if (!here.ok || here.value.spec === undefined) return here;
      if (node.fits(here.value.spec)) return ok({ ...here.value, spec: { ...here.value.spec, nodeName } });
      return task.captureResult && stdout.isOnNode ? builtFor(true) : here;
    };
    return creation.create(task, build, isOver);
  }

  /** Optional artifacts that are not there have no place in the Pod: a mount of nothing would be a folder at their path. */
  async #withoutAbsent(task: Task): Promise<Task> {
    const artifacts = task.template.inputs?.artifacts ?? [];
    if (!artifacts.some(({ optional, path }) => optional === true && path !== undefined)) return task;
    const present = await Promise.all(
      artifacts.map(async (artifact) => {
        if (artifact.optional !== true) return artifact;
        const has = await this.#parts.artifacts.has(task, artifact);
        if (!has.ok) throw new Error(has.error);
        if (has.value) return artifact;
        const { path: _, ...rest } = artifact;
        return rest;
      }),
    );
    return { ...task, template: { ...task.template, inputs: { ...task.template.inputs, artifacts: present } } };
  }

  async #imageConfigs(task: Task, captureStdout: boolean): Promise<ReadonlyMap<string, ImageConfig>> {
    const configs = new Map<string, ImageConfig>();
    for (const image of imagesToLookUp(task, captureStdout))
      configs.set(image, await this.#parts.images.lookUp(image, task));
    for (const image of sidecarImagesToLookUp(task)) {
      const config = await this.#parts.images.lookUp(image, task).catch(() => undefined);
      if (config !== undefined) configs.set(image, config);
    }
    return configs;
  }

  #conclude(task: Task, pod: Pod, end: EndedPod): Promise<TaskOutcome> {
    const { transfers, artifacts, stdout } = this.#parts;
    const container = outputContainer(mainContainers(task));
    return podOutcome(task, pod, end, { transfers, artifacts, readStdout: (of) => stdout.read(of, container) });
  }
}

const unwantedGraceSeconds = 30;
const goneMessage = "pod deleted: it had started under an agent that is gone, and is not there any more";

/** A Pod that has the task's name may be that of an earlier workflow of the same name. */
function isOf(pod: Pod, task: Task): boolean {
  return pod.metadata.annotations?.[taskIdAnnotation] === task.id;
}

function ended(outcome: TaskOutcome): RunningTask {
  return { outcome: Promise.resolve(outcome), kill: () => undefined };
}
