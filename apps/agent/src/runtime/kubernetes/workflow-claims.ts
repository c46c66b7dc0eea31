import { objectAt, type Task, textAt, type WorkflowPhase } from "@capstan/core";
import {
  agentLabel,
  claimsOf,
  type KubeClient,
  KubeError,
  type KubeObject,
  labelValue,
  pathOf,
  workflowUidLabel,
} from "@capstan/kubernetes";
import type { Logger } from "../../logger.ts";

export interface WorkflowClaimsOptions {
  readonly client: KubeClient;
  readonly agentName: string;
  /** Claims of this namespace only, where the agent's rights end there. */
  readonly namespace?: string;
  readonly logger: Logger;
}

/** Whose claims these are and when they go, as it stands on the claims themselves. */
export interface ClaimedWorkflow {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly strategy: string;
  readonly claims: readonly string[];
}

const workflowAnnotation = "capstan.dev/workflow";
const strategyAnnotation = "capstan.dev/volume-claim-gc";
const protection = "kubernetes.io/pvc-protection";
const claimType = { apiVersion: "v1", plural: "persistentvolumeclaims", isNamespaced: true };

/** The PersistentVolumeClaims of `spec.volumeClaimTemplates`: created with the first task that needs them, deleted by `volumeClaimGC`. */
export class WorkflowClaims {
  readonly #options: WorkflowClaimsOptions;
  readonly #workflows = new Map<string, ClaimedWorkflow>();
  readonly #creating = new Map<string, Promise<void>>();

  constructor(options: WorkflowClaimsOptions) {
    this.#options = options;
  }

  /** Finds the claims that an earlier agent of this name made. */
  async start(): Promise<void> {
    const { client, agentName, namespace } = this.#options;
    const list = await client.get<{ readonly items: readonly KubeObject[] }>(pathOf(claimType, namespace), {
      labelSelector: `${agentLabel}=${labelValue(agentName)}`,
    });
    for (const { metadata } of list.items) {
      const uid = metadata.labels?.[workflowUidLabel] ?? "";
      const known = this.#workflows.get(uid);
      this.#workflows.set(uid, {
        uid,
        name: metadata.annotations?.[workflowAnnotation] ?? "",
        namespace: metadata.namespace ?? "",
        strategy: metadata.annotations?.[strategyAnnotation] ?? "",
        claims: [...(known?.claims ?? []), metadata.name ?? ""],
      });
    }
  }

  /** Resolves when every claim of the task's workflow exists. Throws KubeError when one is refused. */
  ensure(task: Task): Promise<void> {
    if (claimsOf(task).length === 0) return Promise.resolve();
    let creating = this.#creating.get(task.workflowUid);
    if (creating === undefined) {
      creating = this.#create(task);
      this.#creating.set(task.workflowUid, creating);
      creating.catch(() => this.#creating.delete(task.workflowUid));
    }
    return creating;
  }

  /** Workflows whose claims are still there. */
  workflows(): readonly ClaimedWorkflow[] {
    return [...this.#workflows.values()];
  }

  /** Deletes the claims of a workflow where its phase allows it. */
  async release(workflow: ClaimedWorkflow, phase: WorkflowPhase | "absent"): Promise<void> {
    if (!mayRelease(workflow.strategy, phase)) return;
    for (const name of workflow.claims) await this.#remove(workflow.namespace, name);
    this.#workflows.delete(workflow.uid);
    this.#creating.delete(workflow.uid);
  }

  /** A claim is protected while Pods that mounted it exist, even ended ones: ours stay for their logs, so the protection is lifted, as Argo does. */
  async #remove(namespace: string, name: string): Promise<void> {
    const { client } = this.#options;
    const path = pathOf(claimType, namespace, name);
    try {
      const { metadata } = await client.get<KubeObject>(path);
      const finalizers = metadata.finalizers?.filter((finalizer) => finalizer !== protection) ?? [];
      await client.patch(path, { metadata: { finalizers } });
      await client.remove(path);
    } catch (error) {
      if (!(error instanceof KubeError && error.status === 404)) throw error;
    }
  }

  async #create(task: Task): Promise<void> {
    const { client, agentName } = this.#options;
    const strategy = textAt(objectAt(task.podDefaults, "volumeClaimGC"), "strategy") ?? "OnWorkflowSuccess";
    for (const { name, template } of claimsOf(task)) {
      const metadata = objectAt(template, "metadata");
      const claim = {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: {
          name,
          labels: {
            ...objectAt(metadata, "labels"),
            [workflowUidLabel]: labelValue(task.workflowUid),
            [agentLabel]: labelValue(agentName),
          },
          annotations: {
            ...objectAt(metadata, "annotations"),
            [workflowAnnotation]: task.workflowName,
            [strategyAnnotation]: strategy,
          },
        },
        spec: objectAt(template, "spec") ?? {},
      };
      try {
        await client.create(pathOf(claimType, task.namespace), claim);
      } catch (error) {
        // Another agent of the cluster was first: the claim is the workflow's, and its to delete.
        if (!(error instanceof KubeError && error.reason === "AlreadyExists")) throw error;
        continue;
      }
      const { workflowUid: uid, workflowName, namespace } = task;
      const claims = [...(this.#workflows.get(uid)?.claims ?? []), name];
      this.#workflows.set(uid, { uid, name: workflowName, namespace, strategy, claims });
    }
  }
}

/** Argo's volumeClaimGC: after success unless it says after any end; with the workflow in any case. */
export function mayRelease(strategy: string, phase: WorkflowPhase | "absent"): boolean {
  if (phase === "absent" || phase === "Succeeded") return true;
  return strategy === "OnWorkflowCompletion" && (phase === "Failed" || phase === "Error");
}
