import type { Result } from "@capstan/core";

/** What an image would run by itself: images are only names to a local runtime. */
export interface ImageEntry {
  /** The whole name, or a name that ends in `*`. A name without a tag matches any tag. */
  readonly image: string;
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
}

export const knownImages: readonly ImageEntry[] = [
  { image: "argoproj/argosay:v1", entrypoint: ["cowsay"] },
  { image: "argoproj/argosay", entrypoint: ["argosay"] },
  { image: "docker/whalesay", cmd: ["bash"] },
  { image: "busybox", cmd: ["sh"] },
  { image: "alpine", cmd: ["/bin/sh"] },
  { image: "alpine/git", entrypoint: ["git"] },
  { image: "debian", cmd: ["bash"] },
  { image: "ubuntu", cmd: ["/bin/bash"] },
  { image: "python", cmd: ["python3"] },
  { image: "node", cmd: ["node"] },
  { image: "golang", cmd: ["bash"] },
  { image: "curlimages/curl", entrypoint: ["curl"] },
  { image: "nginx", cmd: ["nginx", "-g", "daemon off;"] },
  { image: "redis", cmd: ["redis-server"] },
  { image: "hello-world", cmd: ["echo", "Hello from a stand-in of the image hello-world."] },
];

/** The command line of a container: its own command, or the image's entrypoint, with args or the image's cmd. */
export function commandLine(
  container: {
    readonly image?: string;
    readonly command?: readonly string[];
    readonly args?: readonly string[];
  },
  images: readonly ImageEntry[],
): Result<readonly string[]> {
  const { image = "", command = [], args = [] } = container;
  if (command.length > 0) return { ok: true, value: [...standIn(image, command), ...args] };
  const entry = findImage(image, images);
  if (entry === undefined) {
    const error = `image "${image}" is not known here, so its entrypoint is not either: give the container a command, or add the image to the agent's image table (--images)`;
    return { ok: false, error };
  }
  const line = standIn(image, [...(entry.entrypoint ?? []), ...(args.length > 0 ? args : (entry.cmd ?? []))]);
  return line.length > 0
    ? { ok: true, value: line }
    : { ok: false, error: `image "${image}" runs nothing by itself: give the container a command` };
}

/** Folders in which images keep programs that the stand-ins replace: at those paths the host has nothing, or another program. */
const imageFolders = ["", "/bin", "/usr/bin", "/usr/local/bin"];

/** The command line with a stand-in for its program, where the image's own would be another than the host's. */
function standIn(image: string, line: readonly string[]): readonly string[] {
  const [program = "", ...rest] = line;
  const name = program.slice(program.lastIndexOf("/") + 1);
  if (program !== name && !imageFolders.includes(program.slice(0, -name.length - 1))) return line;
  if (name === "ash" || (name === "sh" && hasBusyboxShell(image))) return ["ash", ...rest];
  return name === "argosay" || name === "cowsay" ? [name, ...rest] : line;
}

function hasBusyboxShell(image: string): boolean {
  return /busybox|alpine|argosay/.test(image);
}

function findImage(image: string, images: readonly ImageEntry[]): ImageEntry | undefined {
  const name = image
    .replace(/@sha256:.*$/, "")
    .replace(/^(docker\.io|index\.docker\.io|quay\.io)\//, "")
    .replace(/^library\//, "");
  const untagged = name.replace(/:[^/:]*$/, "");
  const wildcard = (entry: ImageEntry): boolean =>
    entry.image.endsWith("*") && name.startsWith(entry.image.slice(0, -1));
  return (
    images.find((entry) => entry.image === image || entry.image === name) ??
    images.find((entry) => entry.image === untagged) ??
    images.find(wildcard)
  );
}
