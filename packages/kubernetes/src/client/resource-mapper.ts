import { textAt, valueAt } from "@capstan/core";
import type { KubeObject } from "../objects.ts";
import type { KubeClient } from "./kube-client.ts";
import { KubeError } from "./kube-error.ts";

/** How the API calls a kind. */
export interface ResourceType {
  readonly apiVersion: string;
  readonly kind: string;
  /** As in a path: `pods`, `workflows`. */
  readonly plural: string;
  readonly isNamespaced: boolean;
  /** What else people call it: `pod`, `po`. */
  readonly aliases: readonly string[];
}

interface ApiGroup {
  readonly versions: readonly { readonly groupVersion: string }[];
  readonly preferredVersion?: { readonly groupVersion: string };
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

  /**
   * Finds what people call a kind at a command line: `pods`, `po`, `deployment.apps`, `jobs.v1.batch`. Where several groups have the
   * name, the first of the server's own order is meant. Throws KubeError NotFound.
   */
  async typeNamed(name: string): Promise<ResourceType> {
    const [word = "", ...rest] = name.toLowerCase().split(".");
    const wanted = rest.join(".");
    for (const { apiVersion, isPreferred } of await this.#servedVersions()) {
      const [group, version] = groupAndVersion(apiVersion);
      const isMeant =
        wanted === "" || wanted === group ? isPreferred : wanted === `${version}.${group}`.replace(/\.$/, "");
      if (!isMeant) continue;
      const types = await this.#typesOf(apiVersion);
      const found = types.find((type) => type.plural === word || type.aliases.includes(word));
      if (found !== undefined) return found;
    }
    throw new KubeError(404, "NotFound", `the cluster has no resource type "${name}"`);
  }

  /** Asked anew each time: it is rarely needed, and groups come and go. */
  async #servedVersions(): Promise<readonly { readonly apiVersion: string; readonly isPreferred: boolean }[]> {
    const list = await this.#client.get<{ readonly groups?: readonly ApiGroup[] }>("/apis");
    const groups = (list.groups ?? []).flatMap(({ versions, preferredVersion }) =>
      versions.map(({ groupVersion }) => ({
        apiVersion: groupVersion,
        isPreferred: groupVersion === preferredVersion?.groupVersion,
      })),
    );
    return [{ apiVersion: "v1", isPreferred: true }, ...groups];
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
      const shortNames = valueAt(resource, "shortNames");
      const aliases = [
        textAt(resource, "singularName") ?? kind.toLowerCase(),
        ...(Array.isArray(shortNames) ? shortNames : []),
      ];
      return [{ apiVersion, kind, plural, isNamespaced: valueAt(resource, "namespaced") === true, aliases }];
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

/** `apps/v1` is group `apps`; `v1` is of the group without a name. */
function groupAndVersion(apiVersion: string): readonly [group: string, version: string] {
  const [first = "", second] = apiVersion.split("/");
  return second === undefined ? ["", first] : [first, second];
}

function groupPath(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
