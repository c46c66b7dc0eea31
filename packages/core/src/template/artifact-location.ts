import type { Json, JsonObject } from "../json.ts";
import { isObject } from "../json-fields.ts";
import { fail, ok, type Result } from "../result.ts";
import type { Artifact } from "../spec/arguments.ts";

interface Store {
  /** The field of the location that holds the object's key; undefined where the store has no keys. */
  readonly keyField: string | undefined;
  readonly hasLocation: (location: JsonObject) => boolean;
}

const has = (location: JsonObject, ...fields: readonly string[]): boolean =>
  fields.every((field) => location[field] !== undefined && location[field] !== "");

/** Argo's artifact stores, in the order in which it looks for them. */
const stores: { readonly [field: string]: Store } = {
  artifactory: { keyField: "url", hasLocation: (location) => has(location, "url", "usernameSecret") },
  azure: { keyField: "blob", hasLocation: (location) => has(location, "endpoint", "container", "blob") },
  git: { keyField: undefined, hasLocation: (location) => has(location, "repo") },
  gcs: { keyField: "key", hasLocation: (location) => has(location, "bucket", "key") },
  hdfs: { keyField: "path", hasLocation: (location) => Array.isArray(location["addresses"]) },
  http: { keyField: "url", hasLocation: (location) => has(location, "url") },
  oss: { keyField: "key", hasLocation: (location) => has(location, "bucket", "endpoint", "key") },
  raw: { keyField: undefined, hasLocation: () => true },
  s3: { keyField: "key", hasLocation: (location) => has(location, "endpoint", "bucket", "key") },
  plugin: { keyField: "key", hasLocation: (location) => has(location, "name", "configuration", "key") },
};

function locationOf(
  artifact: Artifact,
): { readonly field: string; readonly store: Store; readonly location: JsonObject } | undefined {
  for (const [field, store] of Object.entries(stores)) {
    const location: Json | undefined = artifact[field];
    if (isObject(location)) return { field, store, location };
  }
  return undefined;
}

/** Does the artifact say where it lies, at least by a key in the repository in force? */
export function hasLocationOrKey(artifact: Artifact): boolean {
  const found = locationOf(artifact);
  if (found === undefined) return false;
  return found.store.hasLocation(found.location) || keyOf(artifact) !== "";
}

/** The key of the artifact in its store, "" when it has none. */
export function keyOf(artifact: Artifact): string {
  const found = locationOf(artifact);
  if (found?.store.keyField === undefined) return "";
  const key = found.location[found.store.keyField];
  if (typeof key !== "string") return "";
  return hasUrlKey(found.field) ? pathOfUrl(key) : key;
}

/** The artifact below a sub-path of itself; an error where the store has no keys. */
export function withSubPath(artifact: Artifact, subPath: string): Result<Artifact> {
  const found = locationOf(artifact);
  if (found === undefined) {
    return fail(
      "artifact storage is not configured; see the docs for setup instructions: https://argo-workflows.readthedocs.io/en/latest/configure-artifact-repository/",
    );
  }
  const { field, store, location } = found;
  if (store.keyField === undefined) return fail(`key unsupported: ${field} artifact does not have a key`);
  const joined = joinPath(keyOf(artifact), subPath);
  const current = location[store.keyField];
  const key = hasUrlKey(field) && typeof current === "string" ? withUrlPath(current, joined) : joined;
  return ok({ ...artifact, [field]: { ...location, [store.keyField]: key } });
}

/** Joins path elements and resolves "." and "..", as Go's path.Join. */
export function joinPath(...elements: readonly string[]): string {
  const text = elements.filter((element) => element !== "").join("/");
  if (text === "") return "";
  const isAbsolute = text.startsWith("/");
  const segments: string[] = [];
  for (const segment of text.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") segments.push(segment);
    else if (segments.length > 0 && segments.at(-1) !== "..") segments.pop();
    else if (!isAbsolute) segments.push("..");
  }
  const path = segments.join("/");
  return isAbsolute ? `/${path}` : path || ".";
}

function hasUrlKey(field: string): boolean {
  return field === "http" || field === "artifactory";
}

const urlParts = /^([a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/?#]*)?([^?#]*)(.*)$/s;

function pathOfUrl(url: string): string {
  return urlParts.exec(url)?.[2] ?? "";
}

function withUrlPath(url: string, path: string): string {
  const parts = urlParts.exec(url);
  return `${parts?.[1] ?? ""}${path}${parts?.[3] ?? ""}`;
}
