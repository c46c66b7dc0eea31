import type { JsonObject, ResourceKind, ResourceStore, WorkflowBundle, WorkflowTemplate } from "@capstan/core";
import { decodeWorkflowTemplate } from "@capstan/manifest";
import { limits } from "./limits.ts";

/** Where stored objects are looked up. */
export type ReadableResources = Pick<ResourceStore, "get" | "list">;

/** What a workflow refers to, as it is stored now. */
export interface ReferencedResources {
  readonly workflowTemplates: readonly WorkflowTemplate[];
  readonly clusterWorkflowTemplates: readonly WorkflowTemplate[];
  readonly configMaps: WorkflowBundle["configMaps"];
}

/** Loads what the object refers to, and what that refers to; a name that holds a tag stands for all of its kind. */
export async function loadReferenced(
  { resources }: { readonly resources: ReadableResources },
  namespace: string,
  object: unknown,
): Promise<ReferencedResources> {
  const loader = new Loader(resources, namespace);
  await loader.follow(object);
  return loader.loaded();
}

type NamedKind = { readonly kind: ResourceKind; readonly name: string };

class Loader {
  readonly #resources: ReadableResources;
  readonly #namespace: string;
  /** By kind and name; undefined for what does not exist. */
  readonly #objects = new Map<string, JsonObject | undefined>();
  readonly #wholeKinds = new Set<ResourceKind>();

  constructor(resources: ReadableResources, namespace: string) {
    this.#resources = resources;
    this.#namespace = namespace;
  }

  async follow(object: unknown): Promise<void> {
    const open: unknown[] = [object];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const reference of referencesIn(next)) {
        const found = reference.name.includes("{{") ? await this.#loadAll(reference.kind) : await this.#load(reference);
        open.push(...found);
      }
    }
  }

  loaded(): ReferencedResources {
    const ofKind = (kind: ResourceKind) =>
      [...this.#objects.entries()].flatMap(([key, object]) =>
        object !== undefined && key.startsWith(`${kind}/`) ? [object] : [],
      );
    const templates = (kind: ResourceKind) =>
      ofKind(kind).flatMap((object) => decodeWorkflowTemplate(object).value ?? []);
    const configMaps = ofKind("ConfigMap").map((object): [string, Record<string, string>] => [
      String((object["metadata"] as JsonObject)["name"]),
      (object["data"] ?? {}) as Record<string, string>,
    ]);
    return {
      workflowTemplates: templates("WorkflowTemplate"),
      clusterWorkflowTemplates: templates("ClusterWorkflowTemplate"),
      configMaps: Object.fromEntries(configMaps),
    };
  }

  async #load({ kind, name }: NamedKind): Promise<readonly JsonObject[]> {
    const key = `${kind}/${name}`;
    if (this.#objects.has(key)) return [];
    const stored = await this.#resources.get({ kind, namespace: this.#namespaceOf(kind), name });
    this.#objects.set(key, stored?.object);
    return stored === undefined ? [] : [stored.object];
  }

  async #loadAll(kind: ResourceKind): Promise<readonly JsonObject[]> {
    if (this.#wholeKinds.has(kind)) return [];
    this.#wholeKinds.add(kind);
    const page = await this.#resources.list({
      kind,
      namespace: this.#namespaceOf(kind),
      limit: limits.listItemsMax,
    });
    const fresh = page.items.filter((item) => !this.#objects.has(`${kind}/${item.name}`));
    for (const item of fresh) this.#objects.set(`${kind}/${item.name}`, item.object);
    return fresh.map((item) => item.object);
  }

  #namespaceOf(kind: ResourceKind): string {
    return kind === "ClusterWorkflowTemplate" ? "" : this.#namespace;
  }
}

const templateFields = new Set(["templateRef", "workflowTemplateRef"]);
const configMapFields = new Set(["configMapKeyRef", "configMapRef", "configMap"]);

/** Every reference by name, whatever field of the manifest holds it. */
function* referencesIn(root: unknown): Generator<NamedKind> {
  const open: unknown[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== "object" || value === null) continue;
    for (const [field, below] of Object.entries(value)) {
      if (typeof below !== "object" || below === null) continue;
      open.push(below);
      const { name, clusterScope } = below as { readonly name?: unknown; readonly clusterScope?: unknown };
      if (typeof name !== "string" || name === "") continue;
      if (templateFields.has(field)) {
        yield { kind: clusterScope === true ? "ClusterWorkflowTemplate" : "WorkflowTemplate", name };
      } else if (configMapFields.has(field)) yield { kind: "ConfigMap", name };
    }
  }
}
