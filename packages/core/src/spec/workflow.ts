import type { Json, JsonObject } from "../json.ts";
import type { WorkflowStatus } from "../status.ts";
import type { Arguments, IntOrString } from "./arguments.ts";
import type { LifecycleHook, RetryStrategy, Template } from "./template.ts";

export type ShutdownStrategy = "Stop" | "Terminate";

export interface ObjectMeta {
  readonly name?: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly creationTimestamp?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly [field: string]: Json | undefined;
}

export interface WorkflowSpec {
  readonly entrypoint?: string;
  readonly templates?: readonly Template[];
  readonly arguments?: Arguments;
  readonly onExit?: string;
  readonly hooks?: { readonly [name: string]: LifecycleHook };
  readonly parallelism?: number;
  readonly activeDeadlineSeconds?: number;
  readonly suspend?: boolean;
  readonly shutdown?: ShutdownStrategy;
  readonly priority?: number;
  readonly retryStrategy?: RetryStrategy;
  readonly templateDefaults?: Template;
  readonly workflowTemplateRef?: { readonly name?: string; readonly clusterScope?: boolean };
  readonly serviceAccountName?: string;
  readonly volumes?: readonly JsonObject[];
  readonly volumeClaimTemplates?: readonly JsonObject[];
  readonly ttlStrategy?: {
    readonly secondsAfterCompletion?: IntOrString;
    readonly secondsAfterSuccess?: IntOrString;
    readonly secondsAfterFailure?: IntOrString;
  };
  readonly workflowMetadata?: JsonObject;
  readonly podMetadata?: JsonObject;
  readonly podSpecPatch?: string;
  readonly synchronization?: JsonObject;
  readonly [podField: string]:
    | Json
    | undefined
    | Arguments
    | RetryStrategy
    | Template
    | readonly Template[]
    | { readonly [name: string]: LifecycleHook };
}

/** A Workflow object, as Argo's users write and read it. */
export interface Workflow {
  readonly apiVersion: "argoproj.io/v1alpha1";
  readonly kind: "Workflow";
  readonly metadata: ObjectMeta;
  readonly spec: WorkflowSpec;
  readonly status?: WorkflowStatus;
}

/** A WorkflowTemplate or ClusterWorkflowTemplate object. */
export interface WorkflowTemplate {
  readonly apiVersion: "argoproj.io/v1alpha1";
  readonly kind: "WorkflowTemplate" | "ClusterWorkflowTemplate";
  readonly metadata: ObjectMeta;
  readonly spec: WorkflowSpec;
}

/**
 * A workflow with everything outside itself that it refers to, as it was at submit: the engine reads nothing else.
 * `workflow.spec` is complete: workflowTemplateRef already merged, defaults applied.
 */
export interface WorkflowBundle {
  readonly workflow: Workflow;
  /** The spec as its author wrote it, where a workflowTemplateRef added the rest. */
  readonly writtenSpec?: WorkflowSpec;
  /** By `templateKey`: "namespaced/<name>" or "cluster/<name>". */
  readonly workflowTemplates: { readonly [key: string]: WorkflowSpec };
  /** ConfigMap name to its data, those of the workflow's namespace. */
  readonly configMaps: { readonly [name: string]: { readonly [key: string]: string } };
}

/** The key of a WorkflowTemplate in a bundle. */
export function templateKey(name: string, clusterScope: boolean): string {
  return `${clusterScope ? "cluster" : "namespaced"}/${name}`;
}
