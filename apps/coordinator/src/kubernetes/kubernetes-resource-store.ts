import type { JsonObject, ResourceKind, ResourcePage, ResourceRef, ResourceStore, StoredResource } from "@capstan/core";
import { type KubeClient, KubeError, pathOf, type Query } from "@capstan/kubernetes";

const apiVersions: { readonly [K in ResourceKind]: { readonly apiVersion: string; readonly plural: string } } = {
  WorkflowTemplate: { apiVersion: "argoproj.io/v1alpha1", plural: "workflowtemplates" },
  ClusterWorkflowTemplate: { apiVersion: "argoproj.io/v1alpha1", plural: "clusterworkflowtemplates" },
  ConfigMap: { apiVersion: "v1", plural: "configmaps" },
};

/** What workflows refer to, in the cluster's API: what kubectl applies is what templateRef sees, and the other way round. */
export class KubernetesResourceStore implements ResourceStore {
  readonly #client: KubeClient;

  constructor(client: KubeClient) {
    this.#client = client;
  }

  async create(ref: ResourceRef, object: JsonObject): Promise<StoredResource | undefined> {
    try {
      return stored(ref, await this.#client.create<JsonObject>(collectionOf(ref), complete(ref, object)));
    } catch (error) {
      if (error instanceof KubeError && error.reason === "AlreadyExists") return undefined;
      throw error;
    }
  }

  async get(ref: ResourceRef): Promise<StoredResource | undefined> {
    try {
      return stored(ref, await this.#client.get<JsonObject>(placeOf(ref)));
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  async replace(
    ref: ResourceRef,
    object: JsonObject,
    expectedVersion?: number,
  ): Promise<StoredResource | "absent" | "conflict"> {
    const known = await this.get(ref);
    if (known === undefined) return "absent";
    const resourceVersion = String(expectedVersion ?? known.version);
    try {
      return stored(ref, await this.#client.replace<JsonObject>(placeOf(ref), complete(ref, object, resourceVersion)));
    } catch (error) {
      if (isAbsent(error)) return "absent";
      if (error instanceof KubeError && error.reason === "Conflict") return "conflict";
      throw error;
    }
  }

  async remove(ref: ResourceRef): Promise<boolean> {
    try {
      await this.#client.remove(placeOf(ref));
      return true;
    } catch (error) {
      if (isAbsent(error)) return false;
      throw error;
    }
  }

  async list(query: Parameters<ResourceStore["list"]>[0]): Promise<ResourcePage> {
    const { kind, namespace, limit, continueToken } = query;
    const type = { ...apiVersions[kind], isNamespaced: kind !== "ClusterWorkflowTemplate" };
    const page = await this.#page(kind, pathOf(type, namespace), { limit, continue: continueToken });
    // Coordinators may read ConfigMaps that a manifest names, and need not be allowed to look through all of them.
    if (page === undefined) return { items: [] };
    const items = page.items.map((object) => {
      const metadata = metadataOf(object);
      return stored({ kind, namespace: String(metadata["namespace"] ?? ""), name: String(metadata["name"]) }, object);
    });
    const next = page.metadata?.continue;
    return { items, ...(next !== undefined && next !== "" && { continueToken: next }) };
  }

  /** A page of objects; undefined where looking through ConfigMaps is not allowed. */
  async #page(kind: ResourceKind, path: string, query: Query): Promise<ObjectPage | undefined> {
    try {
      return await this.#client.get<ObjectPage>(path, query);
    } catch (error) {
      if (kind === "ConfigMap" && error instanceof KubeError && error.status === 403) return undefined;
      throw error;
    }
  }
}

interface ObjectPage {
  readonly items: readonly JsonObject[];
  readonly metadata?: { readonly continue?: string };
}

function collectionOf({ kind, namespace }: ResourceRef): string {
  return pathOf({ ...apiVersions[kind], isNamespaced: namespace !== "" }, namespace);
}

function placeOf({ kind, namespace, name }: ResourceRef): string {
  return pathOf({ ...apiVersions[kind], isNamespaced: namespace !== "" }, namespace, name);
}

function metadataOf(object: JsonObject): JsonObject {
  return (object["metadata"] ?? {}) as JsonObject;
}

/** Fields that only the API server may say. */
const serverFields: ReadonlySet<string> = new Set([
  "uid",
  "creationTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
]);

function complete(ref: ResourceRef, object: JsonObject, resourceVersion?: string): JsonObject {
  const kept = Object.entries(metadataOf(object)).filter(([field]) => !serverFields.has(field));
  return {
    ...object,
    apiVersion: apiVersions[ref.kind].apiVersion,
    kind: ref.kind,
    metadata: {
      ...Object.fromEntries(kept),
      name: ref.name,
      ...(ref.namespace !== "" && { namespace: ref.namespace }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    },
  };
}

/** Objects of a list come without their kind. */
function stored(ref: ResourceRef, object: JsonObject): StoredResource {
  const { managedFields: _, ...metadata } = metadataOf(object);
  const whole = { apiVersion: apiVersions[ref.kind].apiVersion, kind: ref.kind, ...object, metadata };
  return { ...ref, version: Number(metadata["resourceVersion"] ?? 0), object: whole as JsonObject };
}

function isAbsent(error: unknown): boolean {
  return error instanceof KubeError && error.status === 404;
}
