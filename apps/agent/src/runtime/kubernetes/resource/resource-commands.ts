import { createHash } from "node:crypto";
import { type Json, type JsonObject, objectAt, objectsAt } from "@capstan/core";
import {
  type KubeClient,
  KubeError,
  type KubeObject,
  type OwnerReference,
  pathOf,
  type Query,
  type ResourceMapper,
  taskIdAnnotation,
} from "@capstan/kubernetes";
import {
  type ObjectPlace,
  OrderError,
  type PlacedTarget,
  placeOf,
  placePath,
  placeTarget,
  placeText,
  readObject,
  type SeenObject,
  seen,
} from "./object-place.ts";
import { metadataOf, type ResourceOrder, type ResourceTarget } from "./resource-order.ts";

export interface CommandContext {
  /** Acts as the task's account. */
  readonly client: KubeClient;
  readonly mapper: ResourceMapper;
  readonly taskId: string;
  readonly namespace: string;
  readonly ownerReference?: OwnerReference;
  /** Tells the user what was done, as kubectl would. */
  readonly say: (text: string) => void;
}

/** What an order left: the object that it is about, and where. */
export interface Performed {
  readonly place: ObjectPlace;
  readonly object: SeenObject;
}

const fieldManager = "capstan";

/** Carries out every action but delete. Repeating it after a crash finds what the first try made. Throws KubeError or OrderError. */
export async function performOrder(order: ResourceOrder, context: CommandContext): Promise<Performed | undefined> {
  const [target] = order.targets;
  if (target === undefined) return undefined;
  const placed = await placeTarget(context.mapper, target, { asked: order.settings.namespace, own: context.namespace });
  if (order.action === "create") return create(order, context, placed, objectOf(target));
  if (placed.name === "") throw new OrderError(`${order.action} needs metadata.name: resource name may not be empty`);
  const object = await performNamed(order, context, placed, target);
  if (object === undefined) return undefined;
  context.say(`${placeText(placed)} ${verbs[order.action] ?? ""}`.trim());
  return { place: placeOf(placed.type, object), object };
}

const verbs: Readonly<Partial<Record<ResourceOrder["action"], string>>> = {
  apply: "serverside-applied",
  replace: "replaced",
  patch: "patched",
};

async function performNamed(
  { action, settings, patch }: ResourceOrder,
  context: CommandContext,
  placed: PlacedTarget,
  target: ResourceTarget,
): Promise<SeenObject | undefined> {
  const { client } = context;
  const { subresource } = settings;
  const path = placePath(placed, subresource);
  const query: Query = { fieldManager: settings.fieldManager ?? fieldManager };
  const validated: Query = { ...query, fieldValidation: settings.validation };
  switch (action) {
    case "apply": {
      // As with kubectl's own apply, the manifest wins over whoever set a field before.
      const body = owned(objectOf(target), context.ownerReference);
      return seen(placed.type, await client.patch(path, body, "apply", { ...validated, force: true }));
    }
    case "patch":
      return seen(placed.type, await client.patch(path, patch?.body, patch?.kind, query));
    case "replace":
      return replace(context, placed, owned(objectOf(target), context.ownerReference), { path, query: validated });
    default:
      try {
        return await readObject(client, placed, subresource);
      } catch (error) {
        if (settings.ignoresAbsence && error instanceof KubeError && error.status === 404) return undefined;
        throw error;
      }
  }
}

function objectOf(target: ResourceTarget): JsonObject {
  if (target.by === "manifest") return target.object;
  throw new OrderError("a manifest is needed: flags only name objects");
}

const generatedNamesMax = 8;

/** Creates the object, or finds the one that an earlier try for the same task created. */
async function create(
  { settings }: ResourceOrder,
  { client, taskId, ownerReference, say }: CommandContext,
  placed: PlacedTarget,
  manifest: JsonObject,
): Promise<Performed> {
  const query = { fieldManager: settings.fieldManager ?? fieldManager, fieldValidation: settings.validation };
  const prefix = placed.name === "" ? metadataOf(manifest).generateName : undefined;
  for (let round = 0; ; round++) {
    const name = prefix === undefined ? placed.name : generatedName(prefix, `${taskId}/${round}`);
    // Some kinds are questions to the API server, without a name or any metadata.
    const marked = owned(name === "" ? manifest : withMark(manifest, name, taskId), ownerReference);
    try {
      const made = await client.create<KubeObject>(pathOf(placed.type, placed.namespace), marked, query);
      const object = seen(placed.type, made);
      say(`${placeText({ type: placed.type, name: object.metadata.name ?? name })} created`);
      return { place: placeOf(placed.type, object), object };
    } catch (error) {
      if (!(error instanceof KubeError && error.reason === "AlreadyExists") || name === "") throw error;
      const found = await readObject(client, { ...placed, name });
      if (found.metadata.annotations?.[taskIdAnnotation] === taskId)
        return { place: placeOf(placed.type, found), object: found };
      if (prefix === undefined || round >= generatedNamesMax) throw error;
    }
  }
}

/** The annotation by which a successor knows the object for its own. */
function withMark(manifest: JsonObject, name: string, taskId: string): JsonObject {
  const metadata = objectAt(manifest, "metadata");
  const annotations: JsonObject = { ...objectAt(metadata, "annotations"), [taskIdAnnotation]: taskId };
  return { ...manifest, metadata: { ...metadata, annotations, name } };
}

/** Letters that make no words, as in the API server's own names. */
const alphabet = "bcdfghjklmnpqrstvwxz2456789";
const generatedLength = 5;
const prefixLengthMax = 63 - generatedLength;

/**
 * What `generateName` becomes: a function of the task and not of chance, so that a second try makes no second object. It is no harder to
 * guess than the API server's names, which are no secrets either.
 */
export function generatedName(prefix: string, seed: string): string {
  const hash = createHash("sha256").update(seed).digest();
  const letters = [...hash.subarray(0, generatedLength)].map((byte) => alphabet[byte % alphabet.length]);
  return `${prefix.slice(0, prefixLengthMax)}${letters.join("")}`;
}

/** Adds the workflow to the object's owners, so that the cluster deletes it with the workflow. */
function owned(manifest: JsonObject, reference: OwnerReference | undefined): JsonObject {
  if (reference === undefined) return manifest;
  const metadata = objectAt(manifest, "metadata");
  const ownerReferences = [...objectsAt(metadata, "ownerReferences"), reference as unknown as JsonObject];
  return { ...manifest, metadata: { ...metadata, ownerReferences } };
}

const conflictsMax = 5;

/** Takes the version of what is there where the manifest names none: some kinds cannot be replaced without. */
async function replace(
  { client }: CommandContext,
  placed: PlacedTarget,
  manifest: JsonObject,
  { path, query }: { readonly path: string; readonly query: Query },
): Promise<SeenObject> {
  const metadata = objectAt(manifest, "metadata");
  if (metadata?.["resourceVersion"] !== undefined)
    return seen(placed.type, await client.replace(path, manifest, query));
  for (let conflicts = 0; ; conflicts++) {
    const { resourceVersion } = (await client.get<KubeObject>(path)).metadata;
    const versioned = { ...metadata, ...(resourceVersion !== undefined && { resourceVersion }) } as Json;
    try {
      return seen(placed.type, await client.replace(path, { ...manifest, metadata: versioned }, query));
    } catch (error) {
      if (!(error instanceof KubeError && error.reason === "Conflict") || conflicts >= conflictsMax) throw error;
    }
  }
}
