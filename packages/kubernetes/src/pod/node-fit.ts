import { isObject, type JsonObject, objectAt, objectsAt, textAt } from "@capstan/core";
import { matchesTerm } from "../label-selector.ts";
import type { KubeNode, Pod } from "../objects.ts";
import { isNodeReady } from "./node-loss.ts";
import { parseQuantity } from "./quantity.ts";

/** What Pods ask of a node, in the resources' own units (cores, bytes, …). */
export interface NodeUse {
  readonly pods: number;
  readonly requests: ReadonlyMap<string, number>;
}

export const noUse: NodeUse = { pods: 0, requests: new Map() };

/** What one Pod takes of its node: nothing once it has ended. */
export function useOfPod(pod: Pod): NodeUse {
  if (pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed") return noUse;
  return { pods: 1, requests: requestsOf(pod.spec ?? {}) };
}

/** Adds (sign 1) or takes away (sign -1) what a Pod uses. */
export function withUse(total: NodeUse, use: NodeUse, sign: 1 | -1 = 1): NodeUse {
  const requests = new Map(total.requests);
  for (const [resource, amount] of use.requests) requests.set(resource, (requests.get(resource) ?? 0) + sign * amount);
  return { pods: total.pods + sign * use.pods, requests };
}

/**
 * What the scheduler counts for a Pod: the sum of its containers and native sidecars, or the largest init container where that is
 * more, and its overhead; pod-level requests take the place of the sum.
 */
export function requestsOf(spec: JsonObject): ReadonlyMap<string, number> {
  const total = new Map<string, number>();
  for (const container of objectsAt(spec, "containers")) add(total, requestsIn(container));
  const initials = objectsAt(spec, "initContainers");
  const beside = new Map<string, number>();
  const peaks = new Map<string, number>();
  for (const container of initials) {
    const own = requestsIn(container);
    if (container["restartPolicy"] === "Always") add(beside, own);
    else for (const [resource, amount] of own) raise(peaks, resource, amount + (beside.get(resource) ?? 0));
  }
  add(total, beside);
  for (const [resource, amount] of peaks) raise(total, resource, amount);
  for (const [resource, amount] of requestsIn(spec)) total.set(resource, amount);
  add(total, quantities(objectAt(spec, "overhead")));
  return total;
}

/**
 * May a Pod be put on this node without asking the scheduler? True only where all that the scheduler would look at is known here: enough
 * room, no taint it does not tolerate, selectors that match. What depends on other Pods, on volumes or on claims is the scheduler's.
 */
export function fitsNode(spec: JsonObject, node: KubeNode, used: NodeUse): boolean {
  if (node.spec?.unschedulable === true || needsScheduler(spec)) return false;
  if (!isNodeReady(node)) return false;
  return hasRoom(spec, node, used) && toleratesTaints(spec, node) && matchesSelectors(spec, node);
}

function hasRoom(spec: JsonObject, node: KubeNode, used: NodeUse): boolean {
  const allocatable = node.status?.allocatable ?? {};
  if (used.pods + 1 > parseQuantity(allocatable["pods"] ?? "110")) return false;
  for (const [resource, amount] of requestsOf(spec)) {
    if (amount <= 0) continue;
    const available = parseQuantity(allocatable[resource] ?? "0") - (used.requests.get(resource) ?? 0);
    if (!(amount <= available)) return false;
  }
  return true;
}

function needsScheduler(spec: JsonObject): boolean {
  const affinity = objectAt(spec, "affinity");
  const scheduler = textAt(spec, "schedulerName");
  return (
    (scheduler !== undefined && scheduler !== "default-scheduler") ||
    objectAt(affinity, "podAffinity") !== undefined ||
    objectAt(affinity, "podAntiAffinity") !== undefined ||
    objectsAt(spec, "topologySpreadConstraints").length > 0 ||
    objectsAt(spec, "resourceClaims").length > 0 ||
    objectsAt(spec, "schedulingGates").length > 0 ||
    // A claim may be bound to a volume of another node, or be bound only when the scheduler has chosen.
    objectsAt(spec, "volumes").some(
      (volume) => isObject(volume["persistentVolumeClaim"]) || isObject(volume["ephemeral"]),
    ) ||
    objectsAt(spec, "containers").some((container) =>
      objectsAt(container, "ports").some(({ hostPort }) => typeof hostPort === "number"),
    )
  );
}

function toleratesTaints(spec: JsonObject, node: KubeNode): boolean {
  const tolerations = objectsAt(spec, "tolerations");
  return (node.spec?.taints ?? [])
    .filter(({ effect }) => effect !== "PreferNoSchedule")
    .every((taint) =>
      tolerations.some(
        (toleration) =>
          (textAt(toleration, "effect") ?? taint.effect) === taint.effect &&
          (textAt(toleration, "key") ?? taint.key) === taint.key &&
          (toleration["operator"] === "Exists" || (textAt(toleration, "value") ?? "") === (taint.value ?? "")) &&
          (textAt(toleration, "key") !== undefined || toleration["operator"] === "Exists"),
      ),
    );
}

function matchesSelectors(spec: JsonObject, node: KubeNode): boolean {
  const labels = node.metadata.labels ?? {};
  for (const [key, value] of Object.entries(objectAt(spec, "nodeSelector") ?? {}))
    if (labels[key] !== value) return false;
  const required = objectAt(objectAt(objectAt(spec, "affinity"), "nodeAffinity"), requiredTerms);
  if (required === undefined) return true;
  const fields = { "metadata.name": node.metadata.name ?? "" };
  return objectsAt(required, "nodeSelectorTerms").some((term) => {
    const [expressions, matches] = [objectsAt(term, "matchExpressions"), objectsAt(term, "matchFields")];
    // A term that says nothing matches nothing.
    if (expressions.length + matches.length === 0) return false;
    return expressions.every((one) => matchesTerm(labels, one)) && matches.every((one) => matchesTerm(fields, one));
  });
}

const requiredTerms = "requiredDuringSchedulingIgnoredDuringExecution";

/** A container's or a Pod's requests; a limit alone is a request too. */
export function requestsIn(holder: JsonObject): ReadonlyMap<string, number> {
  const resources = objectAt(holder, "resources");
  return new Map([...quantities(objectAt(resources, "limits")), ...quantities(objectAt(resources, "requests"))]);
}

function quantities(amounts: JsonObject | undefined): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [resource, amount] of Object.entries(amounts ?? {})) {
    const value = typeof amount === "string" || typeof amount === "number" ? parseQuantity(amount) : Number.NaN;
    if (!Number.isNaN(value)) found.set(resource, value);
  }
  return found;
}

function add(total: Map<string, number>, more: ReadonlyMap<string, number>): void {
  for (const [resource, amount] of more) total.set(resource, (total.get(resource) ?? 0) + amount);
}

function raise(total: Map<string, number>, resource: string, amount: number): void {
  total.set(resource, Math.max(total.get(resource) ?? 0, amount));
}
