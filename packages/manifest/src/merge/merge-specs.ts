import { type Artifact, isObject, type JsonObject, type Parameter, type WorkflowSpec } from "@capstan/core";
import { objectOr } from "../json-value.ts";
import { artifactLocation, artifactLocations } from "../structure/artifact-fields.ts";
import { workflowSpec } from "../structure/kind-fields.ts";
import { strategicMerge } from "./strategic-merge.ts";

/** The specs that make up one workflow, the strongest first: its own, its WorkflowTemplate's, the installation's defaults. */
export function mergeSpecs(
  own: WorkflowSpec,
  template: WorkflowSpec | undefined,
  defaults: WorkflowSpec | undefined,
): WorkflowSpec {
  let merged = own;
  for (const weaker of [template, defaults]) if (weaker !== undefined) merged = mergeTwo(weaker, merged);
  return withOwnArguments(withOwnSuspend(merged, own), own, template);
}

function mergeTwo(weaker: WorkflowSpec, stronger: WorkflowSpec): WorkflowSpec {
  // Hooks and labels from expressions are taken whole, never mixed field by field.
  const hooks = { ...weaker.hooks, ...stronger.hooks };
  const weakMetadata = objectOr(weaker.workflowMetadata);
  const strongMetadata = objectOr(stronger.workflowMetadata);
  const labelsFrom = { ...objectOr(weakMetadata["labelsFrom"]), ...objectOr(strongMetadata["labelsFrom"]) };
  const merged = strategicMerge(asJson(weaker), asJson(stronger), workflowSpec);
  return {
    ...(merged as WorkflowSpec),
    ...(Object.keys(hooks).length === 0 ? {} : { hooks }),
    ...(Object.keys(labelsFrom).length === 0
      ? {}
      : { workflowMetadata: { ...objectOr(merged["workflowMetadata"]), labelsFrom } }),
  };
}

function withOwnSuspend(merged: WorkflowSpec, own: WorkflowSpec): WorkflowSpec {
  const { suspend, ...rest } = merged;
  if (suspend === own.suspend) return merged;
  return own.suspend === undefined ? rest : { ...rest, suspend: own.suspend };
}

// An argument comes whole from the strongest spec that names it: a value here and a default there would contradict each other.
function withOwnArguments(merged: WorkflowSpec, own: WorkflowSpec, template: WorkflowSpec | undefined): WorkflowSpec {
  if (merged.arguments === undefined) return merged;
  const parameterOf = byName<Parameter>(own.arguments?.parameters, template?.arguments?.parameters);
  const artifactOf = byName<Artifact>(own.arguments?.artifacts, template?.arguments?.artifacts);
  const parameters = merged.arguments.parameters?.map((parameter) =>
    hasValue(parameter) ? (parameterOf.get(parameter.name) ?? parameter) : parameter,
  );
  const artifacts = merged.arguments.artifacts?.map((artifact) => {
    const strongest = artifactOf.get(artifact.name);
    return strongest === undefined ? artifact : overrideArtifact(artifact, strongest);
  });
  return {
    ...merged,
    arguments: {
      ...(parameters === undefined ? {} : { parameters }),
      ...(artifacts === undefined ? {} : { artifacts }),
    },
  };
}

function byName<T extends { readonly name: string }>(...lists: (readonly T[] | undefined)[]): Map<string, T> {
  const found = new Map<string, T>();
  for (const list of lists) for (const item of list ?? []) if (!found.has(item.name)) found.set(item.name, item);
  return found;
}

function hasValue(parameter: Parameter): boolean {
  return parameter.value !== undefined || parameter.default !== undefined || parameter.valueFrom !== undefined;
}

// Only two locations of the same store are mixed (a key of the workflow with the template's bucket).
function overrideArtifact(base: Artifact, override: Artifact): Artifact {
  const store = artifactLocations.find((name) => override[name] !== undefined);
  if (store === undefined || base[store] === undefined) return override;
  const baseStore = base[store];
  const overrideStore = override[store];
  if (!isObject(baseStore) || !isObject(overrideStore)) return override;
  const mergedStore = strategicMerge({ [store]: baseStore }, { [store]: overrideStore }, artifactLocation);
  return { ...override, ...mergedStore, name: override.name };
}

// The spec's types are narrower than JSON, but every value in them is JSON.
function asJson(spec: WorkflowSpec): JsonObject {
  return spec as unknown as JsonObject;
}
