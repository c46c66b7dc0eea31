import type { Json, JsonObject } from "../json.ts";

/** A number or a string that may hold a tag, as Kubernetes' IntOrString. */
export type IntOrString = number | string;

export interface KeyRef {
  readonly name: string;
  readonly key: string;
  readonly optional?: boolean;
}

/** Where a parameter's value comes from when it is not given literally. */
export interface ValueFrom {
  readonly path?: string;
  readonly jsonPath?: string;
  readonly jqFilter?: string;
  readonly event?: string;
  readonly parameter?: string;
  readonly supplied?: JsonObject;
  readonly configMapKeyRef?: KeyRef;
  readonly default?: string;
  readonly expression?: string;
}

/** Values are strings once defaulted (Argo's AnyString): numbers and booleans of the YAML are already text. */
export interface Parameter {
  readonly name: string;
  readonly default?: string;
  readonly value?: string;
  readonly valueFrom?: ValueFrom;
  readonly globalName?: string;
  readonly enum?: readonly string[];
  readonly description?: string;
}

/** The engine needs the reference fields only; a location (s3, raw, http, git, …) is passed through as it is. */
export interface Artifact {
  readonly name: string;
  readonly path?: string;
  readonly mode?: number;
  /** The mode holds for everything below a folder too. */
  readonly recurseMode?: boolean;
  readonly from?: string;
  readonly fromExpression?: string;
  readonly subPath?: string;
  readonly optional?: boolean;
  readonly globalName?: string;
  readonly archive?: JsonObject;
  readonly raw?: { readonly data: string };
  readonly [location: string]: Json | undefined;
}

export interface Arguments {
  readonly parameters?: readonly Parameter[];
  readonly artifacts?: readonly Artifact[];
}

export interface Inputs {
  readonly parameters?: readonly Parameter[];
  readonly artifacts?: readonly Artifact[];
}

export interface Outputs {
  readonly parameters?: readonly Parameter[];
  readonly artifacts?: readonly Artifact[];
  readonly result?: string;
  readonly exitCode?: string;
}
