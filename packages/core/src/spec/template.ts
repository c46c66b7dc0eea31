import type { Json, JsonObject } from "../json.ts";
import type { Arguments, Inputs, IntOrString, Outputs } from "./arguments.ts";

export type RetryPolicy = "Always" | "OnFailure" | "OnError" | "OnTransientError";

export interface Backoff {
  /** A Go duration or a number of seconds, as text. */
  readonly duration?: string;
  readonly factor?: IntOrString;
  readonly maxDuration?: string;
  readonly cap?: string;
}

export interface RetryStrategy {
  readonly limit?: IntOrString;
  readonly retryPolicy?: RetryPolicy;
  readonly backoff?: Backoff;
  readonly expression?: string;
  readonly affinity?: JsonObject;
}

export interface ContinueOn {
  readonly error?: boolean;
  readonly failed?: boolean;
}

export interface Sequence {
  readonly count?: IntOrString;
  readonly start?: IntOrString;
  readonly end?: IntOrString;
  readonly format?: string;
}

export interface TemplateRef {
  readonly name?: string;
  readonly template?: string;
  readonly clusterScope?: boolean;
}

export interface LifecycleHook {
  readonly template?: string;
  readonly templateRef?: TemplateRef;
  readonly arguments?: Arguments;
  readonly expression?: string;
}

/** What a step of a steps template and a task of a DAG have in common: a call of a template. */
export interface TemplateCall {
  readonly name: string;
  readonly template?: string;
  readonly templateRef?: TemplateRef;
  readonly inline?: Template;
  readonly arguments?: Arguments;
  readonly withItems?: readonly Json[];
  readonly withParam?: string;
  readonly withSequence?: Sequence;
  readonly when?: string;
  readonly continueOn?: ContinueOn;
  readonly onExit?: string;
  readonly hooks?: { readonly [name: string]: LifecycleHook };
}

export type WorkflowStep = TemplateCall;

export interface DagTask extends TemplateCall {
  readonly dependencies?: readonly string[];
  readonly depends?: string;
}

export interface DagTemplate {
  readonly target?: string;
  readonly tasks: readonly DagTask[];
  readonly failFast?: boolean;
}

/** A corev1.Container; only the fields that the engine reads are named. */
export interface Container extends JsonObject {
  readonly name?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly env?: readonly JsonObject[];
  readonly volumeMounts?: readonly JsonObject[];
}

export interface ScriptTemplate extends Container {
  readonly source?: string;
}

export interface ContainerSetTemplate extends JsonObject {
  readonly containers: readonly (Container & { readonly dependencies?: readonly string[] })[];
}

export interface SuspendTemplate {
  readonly duration?: string;
}

/** A template as in `spec.templates[]`. Fields of the Pod that the engine never reads stay in the index signature. */
export interface Template {
  readonly name?: string;
  readonly inputs?: Inputs;
  readonly outputs?: Outputs;
  readonly metadata?: { readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> };
  readonly daemon?: boolean;
  readonly steps?: readonly (readonly WorkflowStep[])[];
  readonly dag?: DagTemplate;
  readonly container?: Container;
  readonly containerSet?: ContainerSetTemplate;
  readonly script?: ScriptTemplate;
  readonly resource?: JsonObject;
  readonly suspend?: SuspendTemplate;
  readonly data?: JsonObject;
  readonly http?: JsonObject;
  readonly plugin?: JsonObject;
  readonly volumes?: readonly JsonObject[];
  readonly initContainers?: readonly JsonObject[];
  readonly sidecars?: readonly JsonObject[];
  readonly activeDeadlineSeconds?: IntOrString;
  readonly retryStrategy?: RetryStrategy;
  readonly parallelism?: number;
  readonly failFast?: boolean;
  readonly timeout?: string;
  readonly pendingTimeout?: string;
  readonly synchronization?: JsonObject;
  readonly memoize?: JsonObject;
  readonly annotations?: Record<string, string>;
  readonly [podField: string]:
    | Json
    | undefined
    | Inputs
    | Outputs
    | DagTemplate
    | RetryStrategy
    | SuspendTemplate
    | readonly (readonly WorkflowStep[])[];
}
