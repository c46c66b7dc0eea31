import { listOr, objectOr } from "../json-value.ts";
import { error, type Problem } from "../problem.ts";
import type { Path } from "../text/path.ts";

/** Kubernetes allows a Pod as a whole only cpu, memory and huge pages, and no claims. */
export function checkPodResources(resources: unknown, path: Path): Problem[] {
  const given = objectOr(resources);
  if (listOr(given["claims"]).length > 0) {
    return [error("NOT_ALLOWED", [...path, "claims"], "Resources of a Pod as a whole have no claims.")];
  }
  return ["limits", "requests"].flatMap((list) =>
    Object.keys(objectOr(given[list]))
      .filter((name) => name !== "cpu" && name !== "memory" && !name.startsWith("hugepages-"))
      .map((name) => {
        const message = `${JSON.stringify(name)} cannot be given to a Pod as a whole, only cpu, memory and hugepages-*.`;
        return error("NOT_ALLOWED", [...path, list, name], message);
      }),
  );
}
