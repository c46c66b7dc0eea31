import type { KubeObject } from "../objects.ts";
import { textAt, valueAt } from "./fields.ts";
import type { KubeClient } from "./kube-client.ts";
import { KubeError } from "./kube-error.ts";

/** How the API calls a kind. */
export interface ResourceType {
  readonly apiVersion: string;
  readonly kind: string;
  /** As in a path: `pods`, `workflows`. */
  readonly plural: string;
  readonly isNamespaced: boolean;
}

/** Finds how a kind is called in paths, from the API server's discovery; each group and version is asked for once. */
export class ResourceMapper {
  readonly #client: Pick<KubeClient, "get">;
  readonly #versions = new Map<string, Promise<readonly ResourceType[]>>();

  constructor(client: Pick<KubeClient, "get">) {
    this.#client = client;
  }

  /** Throws KubeError NotFound, in words for the manifest's author, when the cluster does not know the kind. */
  async typeOf(apiVersion: string, kind: string): Promise<ResourceType> {
    let types = await this.#typesOf(apiVersion);
    let found = types.find((type) => type.kind === kind);
    if (found === undefined) {
      // A CustomResourceDefinition may have come since.
      this.#versions.delete(apiVersion);
      types = await this.#typesOf(apiVersion);
      found = types.find((type) => type.kind === kind);
    }
    if (found !== undefined) return found;
    throw new KubeError(404, "NotFound", `the cluster knows no kind "${kind}" in version "${apiVersion}"`);
  }

  #typesOf(apiVersion: string): Promise<readonly ResourceType[]> {
    let types = this.#versions.get(apiVersion);
    if (types === undefined) {
      types = this.#discover(apiVersion);
      this.#versions.set(apiVersion, types);
      types.catch(() => this.#versions.delete(apiVersion));
    }
    return types;
  }

  async #discover(apiVersion: string): Promise<readonly ResourceType[]> {
    let list: unknown;
    try {
      list = await this.#client.get(groupPath(apiVersion));
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return [];
      throw error;
    }
    const resources = valueAt(list, "resources");
    return (Array.isArray(resources) ? resources : []).flatMap((resource: unknown) => {
      const plural = textAt(resource, "name") ?? "";
      const kind = textAt(resource, "kind") ?? "";
      // "pods/log" and the like are parts of a resource, not resources.
      if (plural.includes("/")) return [];
      return [{ apiVersion, kind, plural, isNamespaced: valueAt(resource, "namespaced") === true }];
    });
  }
}

/** The path of a resource, or of its collection when no name is given. */
export function pathOf(
  type: Pick<ResourceType, "apiVersion" | "plural" | "isNamespaced">,
  namespace: string | undefined,
  name?: string,
): string {
  const place = type.isNamespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  const object = name === undefined ? "" : `/${encodeURIComponent(name)}`;
  return `${groupPath(type.apiVersion)}${place}/${type.plural}${object}`;
}

/** The path of a Pod, or of a namespace's Pods, or of all. */
export function podPath(namespace?: string, name?: string): string {
  return pathOf({ apiVersion: "v1", plural: "pods", isNamespaced: true }, namespace, name);
}

/** `<namespace>/<name>`, by which an informer keeps an object. */
export function objectKey(object: KubeObject): string {
  return `${object.metadata.namespace ?? ""}/${object.metadata.name ?? ""}`;
}

function groupPath(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
