import type { JsonObject, ResourceKind, ResourceRef, ResourceStore, StoredResource } from "@capstan/core";
import type { ReadableResources } from "./referenced-resources.ts";

/** What is stored as it would be after the given objects were created in a namespace: a file's workflow may refer to the templates beside it. */
export class OverlaidResources implements ReadableResources {
  readonly #stored: ReadableResources;
  readonly #given: readonly StoredResource[];

  constructor(stored: ReadableResources, namespace: string, objects: readonly JsonObject[]) {
    this.#stored = stored;
    this.#given = objects.flatMap((object) => {
      const kind = storedKinds.find((one) => one === object["kind"]);
      const name = (object["metadata"] as JsonObject | undefined)?.["name"];
      if (kind === undefined || typeof name !== "string") return [];
      return [{ kind, namespace: kind === "ClusterWorkflowTemplate" ? "" : namespace, name, version: 0, object }];
    });
  }

  async get(ref: ResourceRef): Promise<StoredResource | undefined> {
    return this.#given.find((one) => isSame(one, ref)) ?? this.#stored.get(ref);
  }

  async list(query: Parameters<ResourceStore["list"]>[0]): ReturnType<ResourceStore["list"]> {
    const page = await this.#stored.list(query);
    const given = this.#given.filter(
      ({ kind, namespace }) => kind === query.kind && (query.namespace ?? namespace) === namespace,
    );
    return { ...page, items: [...given, ...page.items.filter((one) => !given.some((own) => isSame(own, one)))] };
  }
}

const storedKinds: readonly ResourceKind[] = ["WorkflowTemplate", "ClusterWorkflowTemplate", "ConfigMap"];

function isSame(left: ResourceRef, right: ResourceRef): boolean {
  return left.kind === right.kind && left.namespace === right.namespace && left.name === right.name;
}
