import { formatFloatPlain } from "../golang/format-float.ts";
import { type LabelLookup, type LabelSelector, matchesRequirement } from "./label-selector.ts";

/**
 * Reads a dotted path in a Kubernetes object, as gjson does for the paths that a selector's keys can spell:
 * names of fields and indexes of lists. Values are texts; objects and lists are their JSON.
 */
export function lookupPath(document: unknown, path: string): string | undefined {
  let value = document;
  for (const part of path.split(".")) {
    if (Array.isArray(value)) {
      if (!/^\d{1,9}$/.test(part)) return undefined;
      value = value[Number(part)];
    } else if (typeof value === "object" && value !== null && Object.hasOwn(value, part)) {
      value = (value as Readonly<Record<string, unknown>>)[part];
    } else return undefined;
    if (value === undefined) return undefined;
  }
  return asText(value);
}

function asText(value: unknown): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number") return formatFloatPlain(value);
  return JSON.stringify(value);
}

export type ResourceState = "succeeded" | "failed" | "waiting";

/**
 * Decides what an object's state means for a resource template: any failure requirement fails it,
 * all success requirements together let it succeed.
 */
export function decideResourceState(
  document: unknown,
  success: LabelSelector | undefined,
  failure: LabelSelector | undefined,
): ResourceState {
  const lookup: LabelLookup = (path) => lookupPath(document, path);
  if (failure?.requirements.some((requirement) => matchesRequirement(requirement, lookup)) === true) return "failed";
  const isComplete = success?.requirements.every((requirement) => matchesRequirement(requirement, lookup)) ?? true;
  return isComplete ? "succeeded" : "waiting";
}
