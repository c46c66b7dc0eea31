import { createHash } from "node:crypto";
import { objectAt, objectsAt, textAt, textsAt } from "@capstan/core";
import type { ImageConfig } from "@capstan/kubernetes";
import { type ImageReference, registryAddress } from "./image-reference.ts";

/** Name and password for a registry, as pull secrets hold them. */
export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
}

export interface RegistryClientOptions {
  /** Other endpoints for registries, by the registry's name or `*` for all: `http://127.0.0.1:5000`. Only such may be plain HTTP. */
  readonly mirrors: ReadonlyMap<string, string>;
  /** Of the nodes: `amd64`, `arm64`. */
  readonly architecture: string;
}

const timeoutMs = 15_000;
const manifestBytesMax = 4 * 1024 * 1024;
const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** Reads what an image starts, by the OCI distribution API: its manifest, then its configuration. Throws an Error that says what went wrong. */
export class RegistryClient {
  readonly #options: RegistryClientOptions;

  constructor(options: RegistryClientOptions) {
    this.#options = options;
  }

  async imageConfig(reference: ImageReference, credentials: RegistryCredentials | undefined): Promise<ImageConfig> {
    const { mirrors, architecture } = this.#options;
    const mirror = mirrors.get(reference.registry) ?? mirrors.get("*");
    const base = `${mirror ?? registryAddress(reference.registry)}/v2/${reference.repository}`;
    const session = new Session(credentials);
    let manifest = await session.json(
      `${base}/manifests/${reference.version}`,
      manifestTypes,
      digestIn(reference.version),
    );
    const platforms = objectsAt(manifest, "manifests");
    if (platforms.length > 0) {
      const chosen = platforms.find((one) => {
        const platform = objectAt(one, "platform");
        return textAt(platform, "os") === "linux" && textAt(platform, "architecture") === architecture;
      });
      const digest = textAt(chosen, "digest");
      if (digest === undefined) throw new Error(`it has no version for linux/${architecture}`);
      manifest = await session.json(`${base}/manifests/${digest}`, manifestTypes, digest);
    }
    const digest = textAt(objectAt(manifest, "config"), "digest");
    if (digest === undefined) throw new Error("its manifest names no configuration");
    const config = objectAt(await session.json(`${base}/blobs/${digest}`, "*/*", digest), "config");
    return { entrypoint: textsAt(config, "Entrypoint"), cmd: textsAt(config, "Cmd") };
  }
}

function digestIn(version: string): string | undefined {
  return version.startsWith("sha256:") ? version : undefined;
}

/** Requests that share what the registry asked for by way of proof. */
class Session {
  readonly #credentials: RegistryCredentials | undefined;
  #authorization: string | undefined;

  constructor(credentials: RegistryCredentials | undefined) {
    this.#credentials = credentials;
  }

  async json(url: string, accept: string, digest: string | undefined) {
    let response = await this.#get(url, accept);
    if (response.status === 401) {
      await response.body?.cancel();
      this.#authorization = await this.#authorize(response.headers.get("www-authenticate") ?? "", url);
      response = await this.#get(url, accept);
    }
    const { host } = new URL(url);
    if (response.status === 401 || response.status === 403)
      throw new Error(`${host} refuses to show it (HTTP ${response.status})`);
    if (response.status === 404) throw new Error(`${host} does not have it`);
    if (!response.ok) throw new Error(`${host} answered HTTP ${response.status}`);
    if (isDowngrade(url, response.url)) throw new Error(`${host} sends on to plain HTTP`);
    const bytes = await limitedBody(response);
    if (digest?.startsWith("sha256:") && `sha256:${createHash("sha256").update(bytes).digest("hex")}` !== digest)
      throw new Error(`${host} gave something else than ${digest}`);
    const parsed: unknown = JSON.parse(bytes.toString("utf8"));
    if (typeof parsed !== "object" || parsed === null) throw new Error(`${host} gave no JSON object`);
    return parsed as Record<string, never>;
  }

  #get(url: string, accept: string): Promise<Response> {
    const headers = { accept, ...(this.#authorization !== undefined && { authorization: this.#authorization }) };
    return fetch(url, { headers, redirect: "follow", signal: AbortSignal.timeout(timeoutMs) });
  }

  /** Basic proof, or a token of the realm that the registry names; anonymous where there are no credentials. */
  async #authorize(challenge: string, registry: string): Promise<string | undefined> {
    const basic =
      this.#credentials &&
      `Basic ${Buffer.from(`${this.#credentials.username}:${this.#credentials.password}`).toString("base64")}`;
    if (/^basic/i.test(challenge)) return basic;
    const fields = new Map(
      [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]),
    );
    const realm = fields.get("realm");
    if (realm === undefined || !/^https?:/.test(realm)) return undefined;
    if (isDowngrade(registry, realm))
      throw new Error(`${new URL(registry).host} wants its tokens asked for over plain HTTP`);
    const url = new URL(realm);
    for (const name of ["service", "scope"]) if (fields.has(name)) url.searchParams.set(name, fields.get(name) ?? "");
    const response = await fetch(url, {
      headers: basic === undefined ? {} : { authorization: basic },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok)
      throw new Error(`${url.host} gave no token (HTTP ${response.status}): are the pull secrets right?`);
    const answer = JSON.parse((await limitedBody(response)).toString("utf8")) as Record<string, never>;
    const token = textAt(answer, "token") ?? textAt(answer, "access_token");
    return token === undefined ? undefined : `Bearer ${token}`;
  }
}

/** Plain HTTP is for registries that are configured so, and what they name. */
function isDowngrade(from: string, to: string): boolean {
  return from.startsWith("https:") && !to.startsWith("https:");
}

async function limitedBody(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > manifestBytesMax)
      throw new Error(`${new URL(response.url).host} sent more than ${manifestBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
