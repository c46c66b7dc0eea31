import { choosePool, placementKeys } from "@capstan/core";
import { error, type Problem } from "../problem.ts";
import type { Path } from "../text/path.ts";

interface Labelled {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Mistakes in what a workflow or a template says of where its tasks run; values with tags are judged when they are known. */
export function checkPoolPlacement(metadata: Labelled | undefined, path: Path): readonly Problem[] {
  if (metadata === undefined) return [];
  return Object.values(placementKeys).flatMap((key) => {
    const place = metadata.annotations?.[key] === undefined ? "labels" : "annotations";
    const value = metadata[place]?.[key];
    if (value === undefined || value.includes("{{")) return [];
    const chosen = choosePool({ annotations: { [key]: value } }, undefined, "");
    return chosen.ok ? [] : [error("INVALID_NAME", [...path, place, key], `${chosen.error}.`)];
  });
}
