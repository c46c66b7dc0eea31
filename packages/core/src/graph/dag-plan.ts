import { parseDepends, type TaskResult, type TaskResultLookup } from "@capstan/expressions";
import { fail, ok, type Result } from "../result.ts";
import type { ContinueOn, DagTask, DagTemplate } from "../spec/template.ts";

/** A task's condition on others: which tasks it speaks of, and its truth once all of them have ended. */
export interface DependsCondition {
  readonly tasks: readonly string[];
  holds(resultOf: TaskResultLookup): Result<boolean>;
}

/** One task of a DAG and its place in it. */
export interface PlannedTask {
  readonly index: number;
  readonly task: DagTask;
  /** Undefined for a task that depends on none, and where the text cannot be read. */
  readonly condition: DependsCondition | undefined;
  /** Why the condition cannot be read. */
  readonly problem: string | undefined;
  readonly dependencies: readonly number[];
  readonly dependents: readonly number[];
  /** The targets need it. */
  readonly isWanted: boolean;
}

/** A DAG with its edges, computed once a template. */
export interface DagPlan {
  readonly tasks: readonly PlannedTask[];
  readonly indexOf: ReadonlyMap<string, number>;
  /** The tasks that decide how the DAG ends: those of `target`, else those on which no other depends. In the order in which they are asked. */
  readonly targets: readonly number[];
}

/** Reads the dependencies of a DAG's tasks. */
export function planDag(dag: DagTemplate): Result<DagPlan> {
  const indexOf = new Map(dag.tasks.map((task, index) => [task.name, index]));
  const continueOn = (name: string) => dag.tasks[indexOf.get(name) ?? -1]?.continueOn;
  const conditions = dag.tasks.map((task) => conditionOf(task, continueOn));
  const dependents: number[][] = dag.tasks.map(() => []);
  const dependencies: number[][] = dag.tasks.map(() => []);
  for (const [index, condition] of conditions.entries()) {
    for (const name of condition.ok ? (condition.value?.tasks ?? []) : []) {
      const dependency = indexOf.get(name);
      if (dependency === undefined) return fail(`task '${dag.tasks[index]?.name}' depends on unknown task '${name}'`);
      dependencies[index]?.push(dependency);
      dependents[dependency]?.push(index);
    }
  }
  if (hasCycle(dependencies, dependents)) return fail("the tasks of the DAG depend on each other in a circle");
  const targets = targetsOf(dag, indexOf, dependents);
  if (!targets.ok) return targets;
  const wanted = wantedBy(targets.value, dependencies);
  const tasks = dag.tasks.map((task, index): PlannedTask => {
    const condition = conditions[index];
    return {
      index,
      task,
      condition: condition?.ok === true ? condition.value : undefined,
      problem: condition?.ok === false ? condition.error : undefined,
      dependencies: dependencies[index] ?? [],
      dependents: dependents[index] ?? [],
      isWanted: wanted.has(index),
    };
  });
  return ok({ tasks, indexOf, targets: targets.value });
}

/** Is `ancestor` among the tasks that must end before `task` can start? */
export function isAncestor(plan: DagPlan, ancestor: number, task: number): boolean {
  const seen = new Set<number>();
  const open = [...(plan.tasks[task]?.dependencies ?? [])];
  if (open.includes(ancestor)) return true;
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (index === ancestor) return true;
    if (seen.has(index)) continue;
    seen.add(index);
    open.push(...(plan.tasks[index]?.dependencies ?? []));
  }
  return false;
}

/** All tasks that must end before `task` can start. */
export function ancestorsOf(plan: DagPlan, task: number): ReadonlySet<number> {
  return wantedBy(
    plan.tasks[task]?.dependencies ?? [],
    plan.tasks.map((planned) => planned.dependencies),
  );
}

function conditionOf(
  task: DagTask,
  continueOn: (task: string) => ContinueOn | undefined,
): Result<DependsCondition | undefined> {
  const { depends, dependencies = [] } = task;
  if (depends) {
    const parsed = parseDepends(depends, { continueOn });
    if (!parsed.ok) return parsed;
    const expression = parsed.value;
    return ok({ tasks: expression.taskNames, holds: (resultOf) => expression.evaluate(resultOf) });
  }
  if (dependencies.length === 0) return ok(undefined);
  // The older form needs no language: every task must have ended in a way that lets its dependents go on.
  const required = dependencies.map((name) => ({ name, results: lettingOn(continueOn(name)) }));
  return ok({
    tasks: [...new Set(dependencies)],
    holds: (resultOf) => ok(required.every(({ name, results }) => results.some((result) => resultOf(name, result)))),
  });
}

function lettingOn(continueOn: ContinueOn | undefined): readonly TaskResult[] {
  const results: TaskResult[] = ["Succeeded", "Skipped", "Daemoned"];
  if (continueOn?.error === true) results.push("Errored");
  if (continueOn?.failed === true) results.push("Failed");
  return results;
}

function hasCycle(dependencies: readonly (readonly number[])[], dependents: readonly (readonly number[])[]): boolean {
  const waitingFor = dependencies.map((list) => list.length);
  const free = waitingFor.flatMap((count, index) => (count === 0 ? [index] : []));
  let ordered = 0;
  for (let index = free.pop(); index !== undefined; index = free.pop()) {
    ordered++;
    for (const dependent of dependents[index] ?? []) {
      const left = (waitingFor[dependent] ?? 0) - 1;
      waitingFor[dependent] = left;
      if (left === 0) free.push(dependent);
    }
  }
  return ordered < dependencies.length;
}

function targetsOf(
  dag: DagTemplate,
  indexOf: ReadonlyMap<string, number>,
  dependents: readonly (readonly number[])[],
): Result<readonly number[]> {
  if (dag.target) {
    const targets: number[] = [];
    for (const name of dag.target.split(" ").filter((part) => part !== "")) {
      const index = indexOf.get(name);
      if (index === undefined) return fail(`target '${name}' is not defined`);
      targets.push(index);
    }
    return ok(targets);
  }
  const leaves = dag.tasks
    .map((task, index) => ({ name: task.name, index }))
    .filter(({ index }) => dependents[index]?.length === 0);
  leaves.sort((left, right) => (left.name < right.name ? -1 : 1));
  return ok(leaves.map(({ index }) => index));
}

function wantedBy(start: readonly number[], dependencies: readonly (readonly number[])[]): ReadonlySet<number> {
  const wanted = new Set<number>();
  const open = [...start];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (wanted.has(index)) continue;
    wanted.add(index);
    open.push(...(dependencies[index] ?? []));
  }
  return wanted;
}
