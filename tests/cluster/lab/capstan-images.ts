// Builds Capstan's images into the test cluster's image store, with what they stand on. Does nothing where nothing has changed.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assemble } from "../../../deploy/docker/assemble.ts";
import { fingerprint, workspace } from "../../../deploy/docker/image-sources.ts";
import { type ImageDescription, images } from "../../../deploy/docker/images.ts";
import { busybox, imageRoots } from "./image-roots.ts";

/** Where the test cluster keeps images, and the program that makes them. */
export interface ImageStore {
  readonly folder: string;
  /** `PROGRAM image …` */
  readonly program: string;
}

/** The version that manifests name. */
export const imageVersion: string = (
  JSON.parse(readFileSync(join(workspace, "apps/coordinator/package.json"), "utf8")) as { version: string }
).version;

/** Builds what is missing or has changed; the digest of every image by its name. */
export function buildImages(store: ImageStore, say: (line: string) => void): ReadonlyMap<string, string> {
  const notePath = join(store.folder, "..", "capstan-images.json");
  const noted = readNote(notePath);
  const digests = new Map<string, string>();
  const bases = fileHash(join(import.meta.dirname, "image-roots.ts"));
  const build = (name: string, mark: string, make: () => void): void => {
    const known = storedDigest(store, name);
    if (known === undefined || noted[name] !== mark) {
      say(`building ${name} …`);
      make();
      noted[name] = mark;
      writeFileSync(notePath, JSON.stringify(noted, undefined, 2));
    }
    digests.set(name, storedDigest(store, name) ?? "");
  };
  build("library/redis:latest", bases, () => {
    pack(store, imageRoots.redis, ["-entrypoint", "redis-server", "-env", searchPath, "-name", "library/redis:latest"]);
  });
  for (const image of images) {
    const name = imageName(image);
    build(name, `${fingerprint(image)} ${bases}`, () => packImage(store, image, name));
  }
  return digests;
}

/** As manifests name it. */
export function imageName(image: ImageDescription): string {
  return `capstan/${image.name}:${imageVersion}`;
}

const searchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

function packImage(store: ImageStore, image: ImageDescription, name: string): void {
  const base = `capstan-base/${image.base}:latest`;
  pack(store, imageRoots[image.base], ["-env", searchPath, "-name", base]);
  const make = (root: string): void => {
    assemble(image, root);
    if (image.content.kind === "files") busybox(root);
  };
  pack(store, make, [
    ...["-from", base, "-user", image.user, "-workdir", image.workdir, "-name", name],
    ...image.entrypoint.flatMap((word) => ["-entrypoint", word]),
    ...Object.entries(image.env).flatMap(([variable, value]) => ["-env", `${variable}=${value}`]),
  ]);
}

/** One layer out of the folder that `make` fills; the same files give the same digest. */
function pack(store: ImageStore, make: (root: string) => void, flags: readonly string[]): void {
  const work = mkdtempSync(join(tmpdir(), "capstan-image-"));
  try {
    const [root, layer] = [join(work, "root"), join(work, "layer.tar")];
    mkdirSync(root);
    make(root);
    const sameBytes = ["--numeric-owner", "--owner=0", "--group=0", "--sort=name", "--mtime=@0"];
    execFileSync("tar", [...sameBytes, "-C", root, "-cf", layer, "."]);
    execFileSync(store.program, ["image", "-store", store.folder, "-layer", layer, ...flags]);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

interface StoreIndex {
  readonly manifests: readonly {
    readonly digest: string;
    readonly annotations?: { readonly [name: string]: string };
  }[];
}

function storedDigest(store: ImageStore, name: string): string | undefined {
  const index = JSON.parse(readFileSync(join(store.folder, "index.json"), "utf8")) as StoreIndex;
  return index.manifests.find(({ annotations }) => annotations?.["org.opencontainers.image.ref.name"] === name)?.digest;
}

/** What the images were made from when they were made. */
function readNote(path: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Record<string, string>;
  } catch {
    return {};
  }
}

function fileHash(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
