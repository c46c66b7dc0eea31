import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, relative } from "node:path";
import type { JsonObject } from "@capstan/core";
import { parseManifests } from "@capstan/manifest";
import { workspace } from "../../deploy/docker/image-sources.ts";

const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "capstan-cluster", "bin");

/** The programs that render manifests; undefined where this machine has none. */
export const kubectl: readonly string[] | undefined = firstThatRuns(
  [["kubectl"], [join(cache, "kubectl")], [join(cache, "lab"), "kubectl"]],
  ["version", "--client"],
);
export const helm: readonly string[] | undefined = firstThatRuns([["helm"], [join(cache, "helm")]], ["version"]);

function firstThatRuns(
  commands: readonly (readonly string[])[],
  args: readonly string[],
): readonly string[] | undefined {
  return commands.find(([program = "", ...rest]) => spawnSync(program, [...rest, ...args]).status === 0);
}

/** The objects of an overlay of deploy/kustomize, with components of it added. */
export function renderKustomize(overlay: string, components: readonly string[] = []): readonly JsonObject[] {
  const place = join(workspace, "deploy", "kustomize");
  if (components.length === 0) return objectsOf(run(kubectl, ["kustomize", join(place, overlay)]));
  mkdirSync(join(workspace, ".cache"), { recursive: true });
  const folder = mkdtempSync(join(workspace, ".cache", "kustomize-"));
  try {
    const kustomization = {
      resources: [relative(folder, join(place, overlay))],
      components: components.map((name) => relative(folder, join(place, "components", name))),
    };
    writeFileSync(join(folder, "kustomization.yaml"), JSON.stringify(kustomization));
    return objectsOf(run(kubectl, ["kustomize", folder]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The objects of the chart with values, as `--set` takes them. */
export function renderHelm(...values: readonly string[]): readonly JsonObject[] {
  const chart = join(workspace, "deploy", "helm", "capstan");
  const flags = [
    "--include-crds",
    "--namespace",
    "capstan",
    "--kube-version",
    "1.34.0",
    ...values.flatMap((one) => ["--set", one]),
  ];
  return objectsOf(run(helm, ["template", "capstan", chart, ...flags]));
}

/** The overlays and components that there are. */
export const overlays = ["base", "external-redis", "agent-only", "local"].filter((name) =>
  existsSync(join(workspace, "deploy", "kustomize", name, "kustomization.yaml")),
);

export function objectsOf(text: string): readonly JsonObject[] {
  const { documents, problems } = parseManifests(text);
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join("\n"));
  return documents.map(({ object }) => object);
}

function run(command: readonly string[] | undefined, args: readonly string[]): string {
  const [program = "", ...rest] = command ?? [];
  const result = spawnSync(program, [...rest, ...args], { encoding: "utf8", maxBuffer: 16 * 1024 * 1024 });
  if (result.status !== 0) throw new Error(`${program} ${args.join(" ")}: ${result.stderr}`);
  return result.stdout;
}
