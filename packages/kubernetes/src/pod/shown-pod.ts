import type { JsonObject } from "@capstan/core";
import type { Pod } from "../objects.ts";
import { taskAnnotation } from "./identity.ts";
import { planAnnotation, scriptAnnotation } from "./pod-volumes.ts";

/** Notes that Capstan leaves for itself: they are larger than the Pod, and the plan holds the token that hands over its outputs. */
const ownNotes: ReadonlySet<string> = new Set([taskAnnotation, planAnnotation, scriptAnnotation]);

/** A Pod as people look at it: without what only machines read, and without the token of its outputs. */
export function shownPod(pod: Pod): JsonObject {
  const { managedFields: _, annotations, ...metadata } = pod.metadata as Pod["metadata"] & { managedFields?: unknown };
  const shown = Object.fromEntries(Object.entries(annotations ?? {}).filter(([key]) => !ownNotes.has(key)));
  // Objects of a list come without their kind.
  return {
    ...{ apiVersion: "v1", kind: "Pod", ...pod },
    metadata: { ...metadata, annotations: shown },
  } as unknown as JsonObject;
}
