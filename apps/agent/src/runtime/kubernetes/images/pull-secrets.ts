import { type JsonObject, objectAt, objectsAt, type Task, textAt } from "@capstan/core";
import { type KubeClient, KubeError, pathOf } from "@capstan/kubernetes";
import type { ImageReference } from "./image-reference.ts";
import type { RegistryCredentials } from "./registry-client.ts";

/** The credentials that the task's Pod would pull an image with: those of its own pull secrets, then of its ServiceAccount's. */
export async function pullCredentials(
  client: KubeClient,
  task: Task,
  reference: ImageReference,
): Promise<RegistryCredentials | undefined> {
  const account =
    textAt(task.template as JsonObject, "serviceAccountName") ??
    textAt(task.podDefaults, "serviceAccountName") ??
    "default";
  const own = objectsAt(task.podDefaults, "imagePullSecrets");
  const ofAccount = objectsAt(await read(client, "serviceaccounts", task.namespace, account), "imagePullSecrets");
  for (const { name } of [...own, ...ofAccount]) {
    const secret = await read(client, "secrets", task.namespace, String(name));
    const found = credentialsIn(objectAt(secret, "data"), reference.registry);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function read(
  client: KubeClient,
  plural: string,
  namespace: string,
  name: string,
): Promise<JsonObject | undefined> {
  try {
    return await client.get<JsonObject>(pathOf({ apiVersion: "v1", plural, isNamespaced: true }, namespace, name));
  } catch (error) {
    // What is not there, or not for us to read, gives no credentials; the registry has the last word.
    if (error instanceof KubeError && (error.status === 404 || error.status === 403)) return undefined;
    throw error;
  }
}

/** Reads `.dockerconfigjson` and the older `.dockercfg`. */
export function credentialsIn(data: JsonObject | undefined, registry: string): RegistryCredentials | undefined {
  for (const key of [".dockerconfigjson", ".dockercfg"]) {
    const encoded = textAt(data, key);
    if (encoded === undefined) continue;
    let parsed: JsonObject;
    try {
      parsed = JSON.parse(Buffer.from(encoded, "base64").toString("utf8")) as JsonObject;
    } catch {
      continue;
    }
    const entries = Object.entries(objectAt(parsed, "auths") ?? parsed);
    const entry = entries.find(([name]) => hostOf(name) === hostOf(registry))?.[1];
    const credentials = credentialsOf(entry as JsonObject | undefined);
    if (credentials !== undefined) return credentials;
  }
  return undefined;
}

/** `https://index.docker.io/v1/`, `docker.io` and `quay.io/team` are written where a registry is meant. */
function hostOf(name: string): string {
  const host = name.replace(/^https?:\/\//, "").split("/")[0] ?? "";
  return ["index.docker.io", "registry-1.docker.io"].includes(host) ? "docker.io" : host;
}

function credentialsOf(entry: JsonObject | undefined): RegistryCredentials | undefined {
  const auth = textAt(entry, "auth");
  const [username = "", ...rest] = auth === undefined ? [] : Buffer.from(auth, "base64").toString("utf8").split(":");
  const name = textAt(entry, "username") ?? username;
  const password = textAt(entry, "password") ?? rest.join(":");
  return name === "" ? undefined : { username: name, password };
}
