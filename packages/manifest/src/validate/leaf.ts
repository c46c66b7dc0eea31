import { isObject, type JsonObject, type Template } from "@capstan/core";
import { listOr, objectOr, textOr } from "../json-value.ts";
import { parseManifests } from "../parse-manifests.ts";
import { error, hasErrors, type Problem } from "../problem.ts";
import type { Path } from "../text/path.ts";
import { checkContainerSet } from "./container-set.ts";
import { isReservedContainerName } from "./reserved-names.ts";

/** Checks what is particular to templates that do work themselves. */
export function checkLeaf(template: Template, defaults: Template | undefined, path: Path): Problem[] {
  return [
    ...checkImage(template, defaults, path),
    ...checkMounts(template, path),
    ...checkContainerSet(template, path),
    ...checkSidecars(template, path),
    ...checkResource(template, path),
    ...checkDeadline(template, path),
    ...(template.parallelism === undefined
      ? []
      : [error("NOT_ALLOWED", [...path, "parallelism"], "parallelism is for steps and dag templates: move it there.")]),
  ];
}

function checkImage(template: Template, defaults: Template | undefined, path: Path): Problem[] {
  for (const type of ["container", "script"] as const) {
    const container = template[type];
    if (container === undefined || container.image || defaults?.[type]?.image) continue;
    return [error("REQUIRED", [...path, type], `A ${type} needs an image.`)];
  }
  return [];
}

// Two things at one path would hide each other.
function checkMounts(template: Template, path: Path): Problem[] {
  if (template.container === undefined) return [];
  const problems: Problem[] = [];
  const taken = new Map<string, string>();
  const take = (mountPath: string, owner: string, at: Path) => {
    const other = taken.get(mountPath);
    if (other === undefined) taken.set(mountPath, owner);
    else
      problems.push(
        error("CONFLICT", at, `The path ${JSON.stringify(mountPath)} is used by ${other} already: choose another.`),
      );
  };
  listOr(template.container["volumeMounts"]).forEach((mount, index) => {
    const { name, mountPath } = objectOr(mount) as { name?: string; mountPath?: string };
    take(mountPath ?? "", `the volume ${JSON.stringify(name)}`, [
      ...path,
      "container",
      "volumeMounts",
      index,
      "mountPath",
    ]);
  });
  (template.inputs?.artifacts ?? []).forEach((artifact, index) => {
    const owner = `the input artifact ${JSON.stringify(artifact.name)}`;
    take(artifact.path ?? "", owner, [...path, "inputs", "artifacts", index, "path"]);
  });
  return problems;
}

function checkSidecars(template: Template, path: Path): Problem[] {
  return (template.sidecars ?? []).flatMap((sidecar, index) => {
    const name = textOr(sidecar["name"]);
    if (!isReservedContainerName(name)) return [];
    return [
      error(
        "INVALID_NAME",
        [...path, "sidecars", index, "name"],
        `${JSON.stringify(name)} is a reserved container name.`,
      ),
    ];
  });
}

const actions = ["get", "create", "apply", "delete", "replace", "patch"];

function checkResource(template: Template, path: Path): Problem[] {
  const { resource } = template;
  if (resource === undefined) return [];
  const here = [...path, "resource"];
  const action = textOr(resource["action"]);
  const problems: Problem[] = [];
  if (!action.includes("{{") && !actions.includes(action)) {
    problems.push(error("INVALID_VALUE", [...here, "action"], `The action must be one of ${actions.join(", ")}.`));
  }
  if (action === "delete" || action === "get") return problems;
  return [...problems, ...checkResourceManifest(template, resource, here)];
}

function checkResourceManifest(template: Template, resource: JsonObject, path: Path): Problem[] {
  const manifest = textOr(resource["manifest"]);
  const { manifestFrom } = resource;
  if (manifest === "" && manifestFrom === undefined) {
    return [error("REQUIRED", path, "A resource template needs manifest or manifestFrom.")];
  }
  if (manifest !== "" && manifestFrom !== undefined) {
    return [error("CONFLICT", [...path, "manifestFrom"], "Give either manifest or manifestFrom, not both.")];
  }
  const source = isObject(manifestFrom) ? objectOr(manifestFrom["artifact"])["name"] : undefined;
  if (source !== undefined && !(template.inputs?.artifacts ?? []).some((artifact) => artifact.name === source)) {
    const message = `The template has no input artifact ${JSON.stringify(source)}.`;
    return [error("UNKNOWN_REFERENCE", [...path, "manifestFrom", "artifact", "name"], message)];
  }
  // Tags may stand where YAML expects a value; a word in their place keeps the rest readable.
  const text = manifest.replace(/\{\{[^}]*\}\}/g, "tag");
  const { problems } = parseManifests(text);
  const mistake = problems.find((problem) => problem.code === "SYNTAX");
  if (!hasErrors(problems) || mistake === undefined) return [];
  const message = `The manifest is not YAML (line ${mistake.line ?? 1} of it): ${mistake.message}`;
  return [error("SYNTAX", [...path, "manifest"], message)];
}

function checkDeadline(template: Template, path: Path): Problem[] {
  const seconds = template.activeDeadlineSeconds;
  if (seconds === undefined) return [];
  const isTag = typeof seconds === "string" && seconds.includes("{{");
  if (isTag || (/^\d+$/.test(String(seconds)) && Number(seconds) >= 0)) return [];
  return [error("INVALID_VALUE", [...path, "activeDeadlineSeconds"], "It must be a number of seconds or a tag.")];
}
