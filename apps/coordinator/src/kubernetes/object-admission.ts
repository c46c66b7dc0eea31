import type { JsonObject, ResourceStore, WorkflowBundle } from "@capstan/core";
import type { ParsedDocument } from "@capstan/manifest";
import { admitWorkflow } from "../http/admission.ts";
import type { HttpDependencies } from "../http/dependencies.ts";
import type { SeedObjects } from "./seed-objects.ts";

export type AdmittedObject =
  | { readonly kind: "bundle"; readonly bundle: WorkflowBundle }
  | { readonly kind: "waits"; readonly message: string; readonly for: readonly string[] }
  | { readonly kind: "invalid"; readonly message: string };

/** Makes a bundle of a Workflow object exactly as a submit over HTTP does, under the object's own uid. Throws ApiError. */
export class ObjectAdmission {
  readonly #dependencies: HttpDependencies;
  readonly #seeds: SeedObjects;

  constructor(dependencies: HttpDependencies, seeds: SeedObjects) {
    this.#dependencies = dependencies;
    this.#seeds = seeds;
  }

  async admit(object: JsonObject, namespace: string, uid: string): Promise<AdmittedObject> {
    const manifest = manifestOf(object);
    if (!this.#seeds.isSeed(manifest)) return this.#bundle(manifest, namespace, uid, this.#dependencies.resources);
    const resolved = await this.#seeds.resolve(manifest, namespace);
    if (resolved.kind !== "ordinary") return resolved;
    const resources = withDocuments(this.#dependencies.resources, namespace, resolved.templates);
    return this.#bundle(resolved.workflow, namespace, uid, resources);
  }

  async #bundle(object: JsonObject, namespace: string, uid: string, resources: ResourceStore): Promise<AdmittedObject> {
    const { bundle } = await admitWorkflow({ ...this.#dependencies, resources }, namespace, object, { objectUid: uid });
    return { kind: "bundle", bundle };
  }
}

/** The object as somebody would have written it, without kubectl's copy of the same. */
function manifestOf(object: JsonObject): JsonObject {
  const metadata = (object["metadata"] ?? {}) as JsonObject;
  const { "kubectl.kubernetes.io/last-applied-configuration": _, ...annotations } = (metadata["annotations"] ??
    {}) as JsonObject;
  return {
    ...object,
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { ...metadata, annotations },
  };
}

/** The store with some of its templates as they were rewritten. */
function withDocuments(
  resources: ResourceStore,
  namespace: string,
  documents: readonly ParsedDocument[],
): ResourceStore {
  const objects = new Map(documents.map((document) => [document.name, document.object]));
  return {
    create: (ref, object) => resources.create(ref, object),
    replace: (ref, object, version) => resources.replace(ref, object, version),
    remove: (ref) => resources.remove(ref),
    list: (query) => resources.list(query),
    get: async (ref) => {
      const object = ref.kind === "WorkflowTemplate" && ref.namespace === namespace ? objects.get(ref.name) : undefined;
      return object === undefined ? resources.get(ref) : { ...ref, version: 0, object };
    },
  };
}
