import type { JsonObject } from "@capstan/core";
import { type KubeClient, type KubeObject, pathOf, type ResourceMapper, type ResourceType } from "@capstan/kubernetes";
import { metadataOf, type ResourceTarget } from "./resource-order.ts";

/** Where an object is: enough to find it again. */
export interface ObjectPlace {
  readonly type: ResourceType;
  /** Absent for what belongs to no namespace. */
  readonly namespace?: string;
  readonly name: string;
  /** Which of all that ever had the name. */
  readonly uid?: string;
}

/** An object as its author sees it, with its kind, without the notes about who set which field. */
export type SeenObject = JsonObject & KubeObject;

export function placePath({ type, namespace, name }: ObjectPlace, subresource?: string): string {
  return `${pathOf(type, namespace, name)}${subresource === undefined ? "" : `/${subresource}`}`;
}

/** As kubectl prints it: `pod/x`, `deployment.apps/web`. */
export function placeText({ type, name }: Pick<ObjectPlace, "type" | "name">): string {
  const group = type.apiVersion.includes("/") ? `.${type.apiVersion.split("/")[0]}` : "";
  return `${type.kind.toLowerCase()}${group}/${name}`;
}

export function placeOf(type: ResourceType, object: KubeObject): ObjectPlace {
  const { namespace, name = "", uid } = object.metadata;
  return { type, name, ...(namespace !== undefined && { namespace }), ...(uid !== undefined && { uid }) };
}

/** Completes an object that a list or a watch left without its kind, and drops what kubectl hides. */
export function seen(type: ResourceType, object: KubeObject): SeenObject {
  const { managedFields: _, ...metadata } = object.metadata as KubeObject["metadata"] & {
    readonly managedFields?: unknown;
  };
  return { apiVersion: type.apiVersion, kind: type.kind, ...object, metadata } as unknown as SeenObject;
}

/** The object as it is now. Throws KubeError NotFound when there is none. */
export async function readObject(client: KubeClient, place: ObjectPlace, subresource?: string): Promise<SeenObject> {
  return seen(place.type, await client.get<KubeObject>(placePath(place, subresource)));
}

/** Thrown where a template cannot be carried out as it stands, in words for its author. */
export class OrderError extends Error {}

export interface PlacedTarget {
  readonly type: ResourceType;
  readonly namespace?: string;
  /** Empty where the API server is to make one, or a selector chooses. */
  readonly name: string;
}

/** Finds how the API calls what a target means, and in which namespace it is. */
export async function placeTarget(
  mapper: ResourceMapper,
  target: ResourceTarget,
  namespaces: { readonly asked: string | undefined; readonly own: string },
): Promise<PlacedTarget> {
  const type = await (target.by === "manifest"
    ? mapper.typeOf(target.apiVersion, target.kind)
    : mapper.typeNamed(target.type));
  const said = target.by === "manifest" ? metadataOf(target.object) : {};
  const { asked } = namespaces;
  if (asked !== undefined && said.namespace !== undefined && said.namespace !== asked)
    throw new OrderError(
      `the namespace of the manifest, "${said.namespace}", is not the one that the flags name, "${asked}"`,
    );
  const name = target.by === "name" ? target.name : (said.name ?? "");
  if (!type.isNamespaced) return { type, name };
  return { type, name, namespace: said.namespace ?? asked ?? namespaces.own };
}
