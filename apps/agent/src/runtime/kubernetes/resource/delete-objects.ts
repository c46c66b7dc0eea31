import type { Clock } from "@capstan/core";
import { KubeError, type KubeObject, pathOf } from "@capstan/kubernetes";
import { followObject } from "./follow-object.ts";
import { type ObjectPlace, OrderError, placeOf, placePath, placeTarget, placeText } from "./object-place.ts";
import type { CommandContext } from "./resource-commands.ts";
import type { ResourceOrder } from "./resource-order.ts";

export interface DeleteContext extends CommandContext {
  /** An earlier try may have deleted already: what is absent then counts as done. */
  readonly isRepeated: boolean;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly onProblem: (error: unknown) => void;
}

/** Deletes what the order names and, unless told otherwise, waits until it is gone. Throws KubeError or OrderError. */
export async function deleteObjects(order: ResourceOrder, context: DeleteContext): Promise<void> {
  const places = await placesOf(order, context);
  if (places.length === 0) context.say("No resources found");
  const going: ObjectPlace[] = [];
  for (const place of places) {
    const left = await deleteOne(order, context, place);
    if (left !== undefined) going.push(left);
  }
  if (!order.settings.waits) return;
  for (const place of going)
    await followObject({ ...context, place }, (object) => (object === undefined ? "gone" : undefined));
}

async function placesOf({ targets, settings }: ResourceOrder, context: DeleteContext): Promise<readonly ObjectPlace[]> {
  const places: ObjectPlace[] = [];
  for (const target of targets) {
    const placed = await placeTarget(context.mapper, target, { asked: settings.namespace, own: context.namespace });
    if (target.by !== "selector") {
      if (placed.name === "") throw new OrderError("delete needs metadata.name: resource name may not be empty");
      places.push(placed);
      continue;
    }
    const selectors = { labelSelector: settings.selector, fieldSelector: settings.fieldSelector };
    const list = await context.client.get<{ readonly items: readonly KubeObject[] }>(
      pathOf(placed.type, placed.namespace),
      selectors,
    );
    places.push(...list.items.map((object) => placeOf(placed.type, object)));
  }
  return places;
}

/** The object that goes on for a while, for its grace or its finalizers; undefined when there is none any more. */
async function deleteOne(
  { settings }: ResourceOrder,
  context: DeleteContext,
  place: ObjectPlace,
): Promise<ObjectPlace | undefined> {
  const options = {
    propagationPolicy: settings.propagation,
    ...(settings.graceSeconds !== undefined && { gracePeriodSeconds: settings.graceSeconds }),
    ...(place.uid !== undefined && { preconditions: { uid: place.uid } }),
  };
  try {
    const answer = await context.client.remove<KubeObject>(placePath(place), options);
    context.say(`${placeText(place)} deleted`);
    return answer.kind === "Status" ? undefined : placeOf(place.type, answer);
  } catch (error) {
    const isSelected = place.uid !== undefined;
    if (!(error instanceof KubeError) || !(error.status === 404 || (isSelected && error.reason === "Conflict")))
      throw error;
    if (isSelected || context.isRepeated || settings.ignoresAbsence) return undefined;
    throw error;
  }
}
