import type { Artifact, DagTask, Parameter } from "@capstan/core";
import { error } from "../problem.ts";
import { didYouMean } from "../structure/nearest-name.ts";
import type { Path } from "../text/path.ts";
import { checkArguments } from "./arguments.ts";
import { checkHooks, resolveStep } from "./check-call.ts";
import { DagGraph } from "./dag-graph.ts";
import type { Dependencies } from "./depends.ts";
import { checkFieldNames } from "./names.ts";
import { addItems, addNodeOutputs } from "./node-scope.ts";
import { Scope } from "./scope.ts";
import { isDynamicName } from "./tags.ts";
import type { Resolution } from "./template-index.ts";
import type { Unit, Validation } from "./validation.ts";

/** Checks the tasks of a DAG: names, dependencies, cycles, targets, and what each task may see. */
export function checkDag(validation: Validation, unit: Unit, scope: Scope): void {
  const dagPath = [...unit.path, "dag"];
  const tasks = unit.template.dag?.tasks ?? [];
  if (tasks.length === 0) {
    validation.report(unit, error("REQUIRED", dagPath, "A DAG needs at least one task."));
    return;
  }
  const nameProblems: Parameters<typeof checkFieldNames>[2] = [];
  checkFieldNames(tasks, [...dagPath, "tasks"], nameProblems);
  validation.report(unit, ...nameProblems);
  const graph = new DagGraph(tasks);
  checkMixture(validation, tasks, unit, dagPath);
  for (const [index, task] of tasks.entries()) {
    checkDependencies(validation, task, graph, unit, [...dagPath, "tasks", index]);
  }
  const cycle = graph.findCycle();
  if (cycle !== undefined) {
    const message = `The tasks wait for each other: ${cycle.join(" -> ")}. Remove one of these dependencies.`;
    validation.report(unit, error("CYCLE", [...dagPath, "tasks", graph.indexOf(cycle[0] ?? "")], message));
    return;
  }
  checkTargets(validation, unit, graph, scope);
  checkTasks(validation, tasks, unit, graph, scope);
}

function checkMixture(validation: Validation, tasks: readonly DagTask[], unit: Unit, dagPath: Path): void {
  const usesDepends = tasks.some((task) => task.depends);
  tasks.forEach((task, index) => {
    const path = [...dagPath, "tasks", index];
    const waits = (task.dependencies ?? []).length > 0;
    if ((usesDepends || waits) && /^[0-9]/.test(task.name ?? "")) {
      const message = "A task's name may not begin with a digit in a DAG with dependencies or depends.";
      validation.report(unit, error("INVALID_NAME", [...path, "name"], message));
    }
    if (usesDepends && waits) {
      const message = "A DAG uses either depends or dependencies for all of its tasks, not both.";
      validation.report(unit, error("CONFLICT", [...path, "dependencies"], message));
    }
    if (usesDepends && task.continueOn !== undefined) {
      const message = 'continueOn does not go with depends: write `depends: "task.Failed"` or `task.Errored` instead.';
      validation.report(unit, error("CONFLICT", [...path, "continueOn"], message));
    }
  });
}

function checkDependencies(validation: Validation, task: DagTask, graph: DagGraph, unit: Unit, path: Path): void {
  const dependencies: Dependencies = graph.dependenciesOf(task.name);
  const field = task.depends ? "depends" : "dependencies";
  if (dependencies.mistake !== undefined) {
    const message = `The condition ${JSON.stringify(task.depends)} ${dependencies.mistake}.`;
    validation.report(unit, error("DEPENDS_SYNTAX", [...path, field], message));
  }
  for (const name of dependencies.tasks) {
    const other = graph.task(name);
    if (other === undefined) {
      const message = `There is no task ${JSON.stringify(name)} in this DAG.${didYouMean(name, graph.names())}`;
      validation.report(unit, error("UNKNOWN_TASK", [...path, field], message));
    } else if (dependencies.loops.has(name) && !isLoop(other)) {
      const message = `AnySucceeded and AllFailed are for loops, and ${JSON.stringify(name)} has no items.`;
      validation.report(unit, error("NOT_ALLOWED", [...path, field], message));
    }
  }
}

function isLoop(task: DagTask): boolean {
  return (task.withItems ?? []).length > 0 || Boolean(task.withParam) || task.withSequence !== undefined;
}

function checkTargets(validation: Validation, unit: Unit, graph: DagGraph, scope: Scope): void {
  const target = unit.template.dag?.target ?? "";
  const path = [...unit.path, "dag", "target"];
  validation.checkTags(target, unit, path, scope);
  if (target === "") return;
  for (const name of target.split(" ")) {
    if (isDynamicName(name) || name.includes("{{") || graph.task(name) !== undefined) continue;
    const message = `The target ${JSON.stringify(name)} is no task of this DAG.${didYouMean(name, graph.names())}`;
    validation.report(unit, error("UNKNOWN_TASK", path, message));
  }
}

function checkTasks(
  validation: Validation,
  tasks: readonly DagTask[],
  unit: Unit,
  graph: DagGraph,
  scope: Scope,
): void {
  const pathOf = (index: number) => [...unit.path, "dag", "tasks", index];
  const taskScopes = tasks.map((task, index) => {
    const taskScope = new TaskScope(scope, task, graph);
    validation.report(unit, ...addItems(task, taskScope, pathOf(index)));
    return taskScope;
  });
  const resolutions: (Resolution | undefined)[] = tasks.map((task, index) =>
    resolveStep(validation, task, unit, pathOf(index), taskScopes[index] ?? scope),
  );
  tasks.forEach((task, index) => {
    addNodeOutputs(scope, "tasks", task, resolutions[index]);
    if (task.hooks !== undefined) scope.add(`tasks.${task.name}.status`);
  });
  tasks.forEach((task, index) => {
    const path = pathOf(index);
    const { inline: _inline, ...ownFields } = task;
    checkHooks(validation, task, unit, path);
    validation.checkTags(ownFields, unit, path, taskScopes[index] ?? scope);
    validation.report(unit, ...checkArguments(task.arguments, [...path, "arguments"], false));
    checkArgumentSources(validation, task, graph, unit, path);
  });
}

// What a task is given must exist when it starts: its source must be among the tasks that it waits for.
function checkArgumentSources(validation: Validation, task: DagTask, graph: DagGraph, unit: Unit, path: Path): void {
  const check = (
    kind: "parameters" | "artifacts",
    item: Parameter | Artifact,
    index: number,
    source: string | undefined,
  ) => {
    const name = /^\{\{tasks\.([^.}]+)/.exec(source ?? "")?.[1];
    if (name === undefined || name === "name" || graph.isAncestor(name, task.name)) return;
    const message = `${JSON.stringify(item.name)} comes from the task ${JSON.stringify(name)}, for which ${JSON.stringify(task.name)} does not wait: add it to its dependencies.`;
    validation.report(unit, error("UNKNOWN_TASK", [...path, "arguments", kind, index], message));
  };
  const { parameters = [], artifacts = [] } = task.arguments ?? {};
  for (const [index, item] of parameters.entries()) check("parameters", item, index, item.value);
  for (const [index, item] of artifacts.entries()) check("artifacts", item, index, item.from);
}

/** A task sees the outputs of all tasks, but the status of its ancestors only. */
class TaskScope extends Scope {
  private readonly task: DagTask;
  private readonly graph: DagGraph;

  constructor(outer: Scope, task: DagTask, graph: DagGraph) {
    super(outer);
    this.task = task;
    this.graph = graph;
  }

  override has(name: string): boolean {
    if (super.has(name)) return true;
    const other = /^tasks\.(.+)\.status$/.exec(name)?.[1];
    return other !== undefined && this.graph.isAncestor(other, this.task.name);
  }
}
