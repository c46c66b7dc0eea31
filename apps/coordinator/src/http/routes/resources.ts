import {
  formatTimestamp,
  type JsonObject,
  objectAt,
  type ResourceKind,
  type ResourceRef,
  type StoredResource,
} from "@capstan/core";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { lintTemplate } from "../admission.ts";
import { ApiError } from "../api-error.ts";
import { templateList, templateObject } from "../argo-schemas.ts";
import { checkedInput, jsonObject, namespaceName, objectName, queryCount } from "../checked-input.ts";
import type { HttpDependencies } from "../dependencies.ts";
import { labelsMatch, parseLabelSelector } from "../label-selector.ts";
import { limits } from "../limits.ts";
import { parseFieldSelector } from "../list-workflows.ts";
import { describeRoute } from "../openapi.ts";

/** How one kind of stored object is reached. */
interface ResourceRoutes {
  readonly kind: ResourceKind;
  readonly apiVersion: string;
  readonly path: string;
  readonly namespaced: boolean;
  /** The field of a request's body that holds the object. */
  readonly field: string;
  /** As Kubernetes names the kind in its messages. */
  readonly plural: string;
}

const kinds: readonly ResourceRoutes[] = [
  {
    kind: "WorkflowTemplate",
    apiVersion: "argoproj.io/v1alpha1",
    path: "/api/v1/workflow-templates",
    namespaced: true,
    field: "template",
    plural: "workflowtemplates.argoproj.io",
  },
  {
    kind: "ClusterWorkflowTemplate",
    apiVersion: "argoproj.io/v1alpha1",
    path: "/api/v1/cluster-workflow-templates",
    namespaced: false,
    field: "template",
    plural: "clusterworkflowtemplates.argoproj.io",
  },
  {
    kind: "ConfigMap",
    apiVersion: "v1",
    path: "/api/v1/capstan/configmaps",
    namespaced: true,
    field: "configMap",
    plural: "configmaps",
  },
];

const metadata = z.looseObject({ name: objectName, namespace: z.string().optional() });
const configMap = z.looseObject({
  metadata,
  data: z.record(z.string(), z.string("ConfigMap values are text: quote numbers and booleans")).optional(),
});
const listParameters = z.object({
  "listOptions.labelSelector": z.string().optional(),
  "listOptions.fieldSelector": z.string().optional(),
  "listOptions.limit": queryCount,
  "listOptions.continue": z.string().optional(),
  namePattern: z.string().optional(),
});

type ListParameters = z.infer<typeof listParameters>;

function described(routes: ResourceRoutes, verb: string, summary: string, isNamed: boolean) {
  const { namespaced, kind } = routes;
  return describeRoute({
    tag: "Templates",
    id: `${verb}${kind}${verb === "List" ? "s" : ""}`,
    summary: `${summary} ${kind}${verb === "List" ? "s" : ""}`,
    params: z.object({ ...(namespaced && { namespace: z.string() }), ...(isNamed && { name: z.string() }) }),
    ...(verb === "List" && { query: listParameters }),
    ...(["Create", "Lint", "Update"].includes(verb) && { body: z.object({ [routes.field]: templateObject }) }),
    response: verb === "List" ? templateList : templateObject,
  });
}

/** Templates as Argo Server keeps them, and ConfigMaps, which Kubernetes would keep. */
export function resourceRoutes(server: FastifyInstance, dependencies: HttpDependencies): void {
  for (const routes of kinds) {
    const collection = routes.namespaced ? `${routes.path}/:namespace` : routes.path;
    readRoutes(server, dependencies, routes, collection);
    writeRoutes(server, dependencies, routes, collection);
  }
}

function readRoutes(
  server: FastifyInstance,
  { resources }: HttpDependencies,
  routes: ResourceRoutes,
  collection: string,
): void {
  const list = async (namespace: string | undefined, parameters: ListParameters) => {
    const isWanted = resourceFilter(parameters);
    const token = parameters["listOptions.continue"];
    const page = await resources.list({
      kind: routes.kind,
      ...(namespace !== undefined && { namespace }),
      limit: Math.min(parameters["listOptions.limit"] || limits.listItemsMax, limits.listItemsMax),
      ...(token !== undefined && token !== "" && { continueToken: token }),
    });
    return {
      apiVersion: routes.apiVersion,
      kind: `${routes.kind}List`,
      metadata: { resourceVersion: "0", ...(page.continueToken !== undefined && { continue: page.continueToken }) },
      items: page.items.filter(isWanted).map(objectOf),
    };
  };
  // Argo asks for all namespaces by leaving the namespace empty.
  server.get<{ Params: { namespace?: string }; Querystring: ListParameters }>(
    collection,
    described(routes, "List", "Lists", false),
    async (request) => list(routes.namespaced ? request.params.namespace || undefined : "", request.query),
  );
  if (routes.namespaced) {
    const all = describeRoute({
      tag: "Templates",
      id: `ListAll${routes.kind}s`,
      summary: `Lists the ${routes.kind}s of all namespaces`,
      query: listParameters,
      response: templateList,
    });
    server.get<{ Querystring: ListParameters }>(routes.path, all, async (request) => list(undefined, request.query));
  }

  const reading = described(routes, "Get", "Reads a", true);
  server.get<{ Params: { namespace?: string; name: string } }>(`${collection}/:name`, reading, async (request) => {
    const ref = refOf(routes, request.params);
    const found = await resources.get(ref);
    if (found === undefined) throw absent(routes, ref);
    return objectOf(found);
  });
}

function writeRoutes(
  server: FastifyInstance,
  dependencies: HttpDependencies,
  routes: ResourceRoutes,
  collection: string,
): void {
  const { resources } = dependencies;
  const creating = described(routes, "Create", "Creates a", false);
  server.post<{ Params: { namespace?: string } }>(collection, creating, async (request) => {
    const object = await checkedObject(dependencies, routes, request.params.namespace, request.body);
    const ref = refOf(routes, { ...request.params, name: nameOf(object) });
    const created = await resources.create(ref, withIdentity(dependencies, object));
    if (created === undefined) throw new ApiError("AlreadyExists", `${routes.plural} "${ref.name}" already exists`);
    return objectOf(created);
  });

  if (routes.kind !== "ConfigMap") {
    const linting = described(routes, "Lint", "Checks a", false);
    server.post<{ Params: { namespace?: string } }>(`${collection}/lint`, linting, async (request) =>
      checkedObject(dependencies, routes, request.params.namespace, request.body),
    );
  }

  const updating = described(routes, "Update", "Replaces a", true);
  server.put<{ Params: { namespace?: string; name: string } }>(`${collection}/:name`, updating, async (request) => {
    const object = await checkedObject(dependencies, routes, request.params.namespace, request.body);
    // `argo template update` leaves the path's last part empty.
    const ref = refOf(routes, { ...request.params, name: request.params.name || nameOf(object) });
    if (nameOf(object) !== ref.name) {
      throw new ApiError("InvalidArgument", `metadata.name is "${nameOf(object)}", but the path says "${ref.name}"`);
    }
    const before = await resources.get(ref);
    if (before === undefined) throw absent(routes, ref);
    const version = (object["metadata"] as JsonObject)["resourceVersion"];
    const replaced = await resources.replace(
      ref,
      keepIdentity(object, before.object),
      typeof version === "string" && version !== "" ? Number(version) : undefined,
    );
    if (replaced === "absent") throw absent(routes, ref);
    if (replaced === "conflict") {
      throw new ApiError("Aborted", `${routes.plural} "${ref.name}" has changed since you read it: read it again`);
    }
    return objectOf(replaced);
  });

  const removing = described(routes, "Delete", "Removes a", true);
  server.delete<{ Params: { namespace?: string; name: string } }>(`${collection}/:name`, removing, async (request) => {
    const ref = refOf(routes, request.params);
    if (!(await resources.remove(ref))) throw absent(routes, ref);
    return {};
  });
}

function resourceFilter(parameters: ListParameters): (item: StoredResource) => boolean {
  const labels = parseLabelSelector(parameters["listOptions.labelSelector"] ?? "");
  if (!labels.ok) throw new ApiError("InvalidArgument", labels.error);
  const names = parseFieldSelector(parameters["listOptions.fieldSelector"] ?? "").filter(
    ({ field }) => field === "metadata.name",
  );
  const pattern = parameters.namePattern ?? "";
  return ({ name, object }) =>
    name.includes(pattern) &&
    names.every(({ operator, value }) => (operator === "=") === (name === value)) &&
    labelsMatch((objectAt(object, "metadata")?.["labels"] ?? {}) as Record<string, string>, labels.value);
}

async function checkedObject(
  dependencies: HttpDependencies,
  routes: ResourceRoutes,
  namespace: string | undefined,
  body: unknown,
): Promise<JsonObject> {
  const fields = checkedInput(jsonObject, body, "body");
  const given = checkedInput(jsonObject, fields[routes.field], routes.field) as JsonObject;
  checkedInput(z.looseObject({ metadata }), given, routes.field);
  const ownMetadata = given["metadata"] as JsonObject;
  const ownNamespace = ownMetadata["namespace"];
  if (routes.namespaced && ownNamespace !== undefined && ownNamespace !== "" && ownNamespace !== namespace) {
    throw new ApiError(
      "InvalidArgument",
      `metadata.namespace is "${String(ownNamespace)}", but the path says "${namespace ?? ""}"`,
    );
  }
  const { namespace: _, ...rest } = ownMetadata;
  const object: JsonObject = {
    ...given,
    apiVersion: routes.apiVersion,
    kind: routes.kind,
    metadata: { ...rest, ...(routes.namespaced && { namespace }) },
  };
  if (routes.kind === "ConfigMap") checkedInput(configMap, object, routes.field);
  else await lintTemplate(dependencies, object, namespace ?? "");
  return object;
}

function refOf(
  routes: ResourceRoutes,
  parameters: { readonly namespace?: string; readonly name: string },
): ResourceRef {
  return {
    kind: routes.kind,
    namespace: routes.namespaced ? checkedInput(namespaceName, parameters.namespace, "namespace") : "",
    name: checkedInput(objectName, parameters.name, "name"),
  };
}

function nameOf(object: JsonObject): string {
  return String((object["metadata"] as JsonObject)["name"]);
}

function withIdentity({ ids, clock }: HttpDependencies, object: JsonObject): JsonObject {
  const { resourceVersion: _, ...rest } = object["metadata"] as JsonObject;
  return {
    ...object,
    metadata: { ...rest, uid: ids.uid(), creationTimestamp: formatTimestamp(clock.nowMs()) },
  };
}

function keepIdentity(object: JsonObject, before: JsonObject): JsonObject {
  const { resourceVersion: _, ...rest } = object["metadata"] as JsonObject;
  const old = before["metadata"] as JsonObject;
  return {
    ...object,
    metadata: { ...rest, uid: old["uid"] ?? null, creationTimestamp: old["creationTimestamp"] ?? null },
  };
}

function objectOf(stored: StoredResource): JsonObject {
  const own = stored.object["metadata"] as JsonObject;
  return { ...stored.object, metadata: { ...own, resourceVersion: String(stored.version) } };
}

function absent(routes: ResourceRoutes, ref: ResourceRef): ApiError {
  return new ApiError("NotFound", `${routes.plural} "${ref.name}" not found`);
}
