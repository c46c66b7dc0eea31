import type { Result } from "@capstan/core";

/** Where an image is: `registry/repository`, and which of its versions. */
export interface ImageReference {
  /** Host, with a port where one is given: `docker.io`, `quay.io`, `localhost:5000`. */
  readonly registry: string;
  readonly repository: string;
  /** A tag, or a digest (`sha256:…`) where the name has one. */
  readonly version: string;
}

/** Reads an image's name as container runtimes do: `busybox` is `docker.io/library/busybox:latest`. */
export function parseImageReference(image: string): Result<ImageReference> {
  const [name = "", digest] = image.split("@");
  const slash = name.indexOf("/");
  const first = slash < 0 ? "" : name.slice(0, slash);
  const hasRegistry = /[a-z0-9]\.[a-z0-9]/i.test(first) || first.includes(":") || first === "localhost";
  const registry = hasRegistry ? first : "docker.io";
  const path = hasRegistry ? name.slice(slash + 1) : name;
  const colon = path.lastIndexOf(":");
  const isTagged = colon > path.lastIndexOf("/");
  const repository = isTagged ? path.slice(0, colon) : path;
  const tag = isTagged ? path.slice(colon + 1) : "latest";
  const version = digest ?? tag;
  const isValid =
    /^[a-z0-9]+([._/-]+[a-z0-9]+)*$/.test(repository) &&
    (digest === undefined ? /^\w[\w.-]{0,127}$/.test(tag) : /^sha256:[0-9a-f]{64}$/.test(digest));
  if (!isValid) return { ok: false, error: `"${image}" is no name of an image` };
  const isOfficial = registry === "docker.io" && !repository.includes("/");
  return { ok: true, value: { registry, version, repository: isOfficial ? `library/${repository}` : repository } };
}

/** The API endpoint of a registry; Docker Hub's is not at its name. */
export function registryAddress(registry: string): string {
  return registry === "docker.io" || registry === "index.docker.io"
    ? "https://registry-1.docker.io"
    : `https://${registry}`;
}
