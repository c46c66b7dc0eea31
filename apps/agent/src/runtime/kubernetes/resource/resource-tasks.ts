import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  type Artifact,
  type Clock,
  type JsonObject,
  type LogLine,
  type LogOptions,
  objectAt,
  type RunningTask,
  type RuntimeObserver,
  type Task,
  textAt,
} from "@capstan/core";
import {
  type KubeClient,
  KubeError,
  type KubeObject,
  type OwnerReference,
  pathOf,
  ResourceMapper,
} from "@capstan/kubernetes";
import type { TaskArtifacts } from "../../../artifacts/task-artifacts.ts";
import type { Logger } from "../../../logger.ts";
import { actingUser } from "./acting-account.ts";
import { OrderError } from "./object-place.ts";
import { ResourceJournals } from "./resource-journal.ts";
import { ResourceTask } from "./resource-task.ts";

export interface ResourceTasksOptions {
  readonly client: KubeClient;
  readonly artifacts: TaskArtifacts;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where the agent keeps what it must know again after a restart. */
  readonly folder: string;
  readonly nodeName: string;
}

const workflowType = { apiVersion: "argoproj.io/v1alpha1", plural: "workflows", isNamespaced: true };
/** About what the API server takes for one object. */
const manifestBytesMax = 3 * 1024 * 1024;

/** Resource templates: the agent does itself what Argo's executor does in a Pod, as the same ServiceAccount. */
export class ResourceTasks {
  readonly #options: ResourceTasksOptions;
  readonly #mapper: ResourceMapper;
  readonly #journals: ResourceJournals;
  readonly #running = new Map<string, ResourceTask>();

  constructor(options: ResourceTasksOptions) {
    this.#options = options;
    this.#mapper = new ResourceMapper(options.client);
    this.#journals = new ResourceJournals(join(options.folder, "journal"), options.clock);
  }

  /** Is it this class' to run? */
  takes(task: Task): boolean {
    return task.template.resource !== undefined;
  }

  async start(task: Task, observer: RuntimeObserver): Promise<RunningTask> {
    const known = this.#running.get(task.id);
    if (known !== undefined) return known;
    const user = actingUser(task);
    if (!user.ok) throw new Error(user.error);
    const { client, clock, logger, nodeName } = this.#options;
    const journal = this.#journals.open(task);
    const running = new ResourceTask({
      ...{ task, observer, journal, clock, logger, mapper: this.#mapper, hostNodeName: nodeName },
      client: client.actingAs(user.value),
      readManifest: () => this.#readManifest(task),
      findOwner: async () => {
        const owner = await this.#findOwner(task);
        if (owner === undefined)
          journal.say("setOwnerReference: the workflow is no object of this cluster, so nothing is deleted with it");
        return owner;
      },
    });
    this.#running.set(task.id, running);
    return running;
  }

  async leftovers(isWanted: (task: Task) => Promise<boolean>): Promise<readonly Task[]> {
    const wanted: Task[] = [];
    for (const task of this.#journals.unfinished()) {
      if (await isWanted(task)) wanted.push(task);
      else this.#journals.forget(task.id);
    }
    return wanted;
  }

  hasLogs(taskId: string): boolean {
    return this.#journals.find(taskId) !== undefined;
  }

  async *logs(taskId: string, options: LogOptions): AsyncIterable<LogLine> {
    yield* this.#journals.find(taskId)?.lines(options) ?? [];
  }

  forget(taskId: string): void {
    this.#running.delete(taskId);
    this.#journals.forget(taskId);
  }

  discard(task: Task): void {
    this.#running.get(task.id)?.kill("the task is not wanted any more");
    this.forget(task.id);
  }

  collectGarbage(): void {
    this.#journals.collectGarbage();
  }

  /** Stops following; what was begun is the successor's. */
  close(): void {
    for (const running of this.#running.values()) running.letGo();
  }

  async #readManifest(task: Task): Promise<string> {
    const { resource } = task.template;
    const from = objectAt(objectAt(resource, "manifestFrom"), "artifact");
    if (from === undefined) return textAt(resource, "manifest") ?? "";
    const input = task.template.inputs?.artifacts?.find(({ name }) => name === from["name"]);
    const artifact = { ...input, ...from } as JsonObject as unknown as Artifact;
    const path = join(this.#options.folder, "manifests", encodeURIComponent(task.id));
    try {
      const fetched = await this.#options.artifacts.fetch(task, artifact, path);
      if (!fetched.ok) throw new OrderError(fetched.error);
      if (fetched.value === "missing") throw new OrderError(`artifact "${artifact.name}" does not exist`);
      const found = await stat(path);
      if (!found.isFile() || found.size > manifestBytesMax)
        throw new OrderError(`artifact "${artifact.name}" is no manifest: it must be one file of at most 3 MiB`);
      return await readFile(path, "utf8");
    } finally {
      await rm(path, { recursive: true, force: true });
    }
  }

  /** An owner that does not exist would have the object collected as garbage at once, so it is looked for first. */
  async #findOwner({ namespace, workflowName: name, workflowUid: uid }: Task): Promise<OwnerReference | undefined> {
    try {
      const workflow = await this.#options.client.get<KubeObject>(pathOf(workflowType, namespace, name));
      if (workflow.metadata.uid !== uid) return undefined;
    } catch (error) {
      if (error instanceof KubeError && (error.status === 404 || error.status === 403)) return undefined;
      throw error;
    }
    const { apiVersion } = workflowType;
    return { apiVersion, kind: "Workflow", name, uid, controller: true, blockOwnerDeletion: true };
  }
}
