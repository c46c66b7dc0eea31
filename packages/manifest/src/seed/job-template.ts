import { isObject, type Json, type JsonObject } from "@capstan/core";
import type { ParsedDocument } from "../document.ts";
import { listOr, type MutableObject, objectOr } from "../json-value.ts";
import { parameterOf, valuesIn, withVariables } from "./values.ts";

/** Kubernetes' default for a Job that says nothing. */
const defaultBackoffLimit = 6;

// Fields that a Pod's spec and a template have in common.
const shared = [
  "volumes",
  "initContainers",
  "nodeSelector",
  "affinity",
  "tolerations",
  "serviceAccountName",
  "automountServiceAccountToken",
  "securityContext",
  "hostAliases",
  "schedulerName",
  "priorityClassName",
] as const;

const read = new Set<string>([...shared, "containers", "restartPolicy", "activeDeadlineSeconds"]);

/** The template that runs a Job's Pod once: its containers, its volumes and placement, its retries. */
export function jobTemplate(job: ParsedDocument): JsonObject {
  const spec = objectOr(job.object["spec"]);
  const pod = objectOr(objectOr(spec["template"])["spec"]);
  const metadata = objectOr(objectOr(spec["template"])["metadata"]);
  const template: MutableObject = { name: job.name };
  const values = valuesIn(pod, []);
  if (values.size > 0)
    template["inputs"] = { parameters: [...values.keys()].map((name) => ({ name: parameterOf(name) })) };
  for (const field of ["labels", "annotations"]) {
    if (isObject(metadata[field]))
      template["metadata"] = { ...objectOr(template["metadata"]), [field]: metadata[field] };
  }
  Object.assign(template, containersOf(pod));
  for (const field of shared) {
    const value = pod[field];
    if (value !== undefined) template[field] = withVariables(value, "inputs");
  }
  const deadline = spec["activeDeadlineSeconds"] ?? pod["activeDeadlineSeconds"];
  if (deadline !== undefined) template["activeDeadlineSeconds"] = deadline;
  const rest = Object.fromEntries(Object.entries(pod).filter(([field]) => !read.has(field)));
  // What a template has no field for still reaches the Pod.
  if (Object.keys(rest).length > 0) template["podSpecPatch"] = JSON.stringify(withVariables(rest, "inputs"));
  template["retryStrategy"] = retriesOf(spec);
  return template;
}

function containersOf(pod: JsonObject): MutableObject {
  const containers = listOr(pod["containers"]).map((container) => withVariables(container, "inputs"));
  const [first] = containers;
  if (containers.length !== 1 || first === undefined) return { containerSet: { containers } };
  return { container: first };
}

// A Job runs its Pod again until the limit, whether the container restarts (OnFailure) or a new Pod is made (Never).
function retriesOf(spec: JsonObject): Json {
  const limit = spec["backoffLimit"] ?? defaultBackoffLimit;
  return { limit, retryPolicy: "OnFailure", backoff: { duration: "1s", factor: 2, cap: "5m" } };
}
