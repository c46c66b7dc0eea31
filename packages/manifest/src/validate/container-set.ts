import type { DagTask, Template } from "@capstan/core";
import { listOr, objectOr, textOr } from "../json-value.ts";
import { error, type Problem } from "../problem.ts";
import type { Path } from "../text/path.ts";
import { DagGraph } from "./dag-graph.ts";
import { checkFieldNames } from "./names.ts";
import { isReservedContainerName } from "./reserved-names.ts";

/** Checks the containers of a containerSet: names, dependencies, mounts, and that inputs and outputs have a container `main`. */
export function checkContainerSet(template: Template, templatePath: Path): Problem[] {
  const set = template.containerSet;
  if (set === undefined) return [];
  const path = [...templatePath, "containerSet"];
  const containers = set.containers ?? [];
  if (containers.length === 0) return [error("REQUIRED", path, "A containerSet needs at least one container.")];
  const problems: Problem[] = [];
  checkFieldNames(containers, [...path, "containers"], problems);
  problems.push(...checkOrder(template, [...path, "containers"]), ...checkSharedMounts(set, path));
  containers.forEach((container, index) => {
    if (!isReservedContainerName(container.name ?? "")) return;
    const message = `${JSON.stringify(container.name)} is a reserved container name.`;
    problems.push(error("INVALID_NAME", [...path, "containers", index, "name"], message));
  });
  const exchanges = [template.inputs?.artifacts, template.outputs?.parameters, template.outputs?.artifacts];
  if (
    exchanges.some((items) => (items ?? []).length > 0) &&
    !containers.some((container) => container.name === "main")
  ) {
    const message = 'A containerSet with input artifacts or outputs needs a container named "main".';
    problems.push(error("REQUIRED", [...path, "containers"], message));
  }
  return problems;
}

function checkOrder(template: Template, path: Path): Problem[] {
  const nodes: DagTask[] = (template.containerSet?.containers ?? []).map((container) => ({
    name: container.name ?? "",
    dependencies: container.dependencies ?? [],
  }));
  const graph = new DagGraph(nodes);
  const problems = nodes.flatMap((node, index) =>
    (node.dependencies ?? [])
      .filter((name) => graph.task(name) === undefined)
      .map((name) =>
        error("UNKNOWN_TASK", [...path, index, "dependencies"], `There is no container ${JSON.stringify(name)}.`),
      ),
  );
  const cycle = graph.findCycle();
  if (cycle !== undefined)
    problems.push(error("CYCLE", path, `The containers wait for each other: ${cycle.join(" -> ")}.`));
  return problems;
}

function checkSharedMounts(set: NonNullable<Template["containerSet"]>, path: Path): Problem[] {
  const seen = new Set<string>();
  return listOr(set["volumeMounts"]).flatMap((mount, index) => {
    const mountPath = textOr(objectOr(mount)["mountPath"]);
    const isTaken = seen.has(mountPath);
    seen.add(mountPath);
    if (!isTaken) return [];
    return [
      error("CONFLICT", [...path, "volumeMounts", index], `The path ${JSON.stringify(mountPath)} is mounted twice.`),
    ];
  });
}
