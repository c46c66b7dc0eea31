import type { WorkflowEvent } from "@capstan/core";
import { controlsOf, isFinal, type ProjectedControls, type WorkflowObject } from "./workflow-object.ts";

/** What is known of a workflow's name in the store when its object is looked at. */
export interface KnownName {
  /** The uid that holds the name; undefined when it is free. */
  readonly holderUid: string | undefined;
  /** The holder came from an object of the cluster, of an earlier life of the name. */
  readonly isHolderFromCluster: boolean;
  /** The store remembers that the object's own workflow was deleted there. */
  readonly wasDeleted: boolean;
}

/** What an object of the cluster asks for, in the state that it is in. */
export type WorkflowIntent =
  | { readonly kind: "nothing" }
  | { readonly kind: "submit" }
  | { readonly kind: "control"; readonly events: readonly WorkflowEvent[] }
  /** The workflow was deleted over the API, or its time to live is over: the object goes too. */
  | { readonly kind: "remove" }
  /** The name belongs to a workflow whose object is gone: that one is deleted first. */
  | { readonly kind: "displace"; readonly uid: string }
  | { readonly kind: "refuse"; readonly message: string };

/**
 * Reads an object's wish; the same object gives the same answer however often it is looked at. `last` is what the spec said when it was
 * acted on last, where the status does not show that yet.
 */
export function intentOf(
  object: WorkflowObject,
  name: KnownName,
  last: ProjectedControls | undefined = object.status?.capstan,
): WorkflowIntent {
  const { phase } = object.status ?? {};
  const uid = object.metadata.uid ?? "";
  if (object.metadata.deletionTimestamp !== undefined) return { kind: "nothing" };
  if (name.holderUid === uid) return isFinal(phase) ? { kind: "nothing" } : controls(object, last);
  if (name.wasDeleted) return { kind: "remove" };
  if (isFinal(phase)) return { kind: "nothing" };
  if (name.holderUid !== undefined)
    return name.isHolderFromCluster
      ? { kind: "displace", uid: name.holderUid }
      : { kind: "refuse", message: "a workflow of this name was submitted over the API: choose another name" };
  // What runs has a holder: its state is gone, and running it again could do harm twice.
  if (phase === "Running")
    return { kind: "refuse", message: "the state of this workflow was lost with the store: submit it again" };
  return { kind: "submit" };
}

/** Somebody changed the spec since it was looked at last. */
function controls(object: WorkflowObject, projected: ProjectedControls | undefined): WorkflowIntent {
  if (projected === undefined) return { kind: "nothing" };
  const wanted = controlsOf(object);
  const events: WorkflowEvent[] = [];
  if (wanted.shutdown !== projected.shutdown) {
    if (wanted.shutdown === "Stop") events.push({ type: "stop-requested" });
    if (wanted.shutdown === "Terminate") events.push({ type: "terminate-requested" });
  }
  if (wanted.suspend !== projected.suspend)
    events.push(wanted.suspend ? { type: "suspend-requested" } : { type: "resume-requested", workflowOnly: true });
  return events.length === 0 ? { kind: "nothing" } : { kind: "control", events };
}
