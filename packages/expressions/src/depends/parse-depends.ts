import type { ExprEnvironment } from "../expr/environment.ts";
import { checkProgram, compileProgram, type Program, runProgram } from "../expr/expression.ts";
import { ExprMap, type ExprValue, type MapKey } from "../expr/value.ts";
import { formatValue } from "../golang/format-value.ts";
import { limits } from "../limits.ts";
import { fail, type Result, succeed } from "../result.ts";

/** What a `depends` expression may ask about a task. */
export const taskResults = [
  "Succeeded",
  "Failed",
  "Errored",
  "Skipped",
  "Omitted",
  "Daemoned",
  "AnySucceeded",
  "AllFailed",
] as const;
export type TaskResult = (typeof taskResults)[number];

/** Answers whether a task has a result. */
export type TaskResultLookup = (taskName: string, result: TaskResult) => boolean;

/** Which failures of a task count as success where its bare name stands in a `depends`. */
export interface ContinueOn {
  readonly error?: boolean;
  readonly failed?: boolean;
}

export interface DependsOptions {
  /** The `continueOn` of a task, which widens its bare name. */
  readonly continueOn?: (taskName: string) => ContinueOn | undefined;
}

/** A parsed `depends`: a condition over the results of other tasks. */
export interface DependsExpression {
  readonly source: string;
  /** The names of the tasks that must finish first, in order of appearance, without repetition. */
  readonly taskNames: readonly string[];
  /** The results that the condition asks for, bare names expanded. */
  readonly required: readonly { readonly taskName: string; readonly result: TaskResult }[];
  /** The tasks whose items are asked for (AnySucceeded, AllFailed): they must be expanded into items. */
  readonly itemTaskNames: readonly string[];
  evaluate(resultOf: TaskResultLookup): Result<boolean>;
}

const reference = /[a-zA-Z0-9][-a-zA-Z0-9]*?\.[A-Z][a-zA-Z]+|[a-zA-Z0-9][-a-zA-Z0-9]*/g;
const knownResults: ReadonlySet<string> = new Set(taskResults);

function isTaskResult(name: string): name is TaskResult {
  return knownResults.has(name);
}

// The expression language reads "-" as a minus, so that names with dashes are rewritten as Argo does.
function rewriteName(taskName: string): string {
  return taskName.replaceAll("-", "_");
}

function expandBareName(taskName: string, continueOn: ContinueOn | undefined): string[] {
  const results: TaskResult[] = ["Succeeded", "Skipped", "Daemoned"];
  if (continueOn?.error === true) results.push("Errored");
  if (continueOn?.failed === true) results.push("Failed");
  return results.map((result) => `${taskName}.${result}`);
}

/** Writes the dependencies of the older form (`dependencies: [A, B]`) as a `depends`. */
export function dependsFromDependencies(dependencies: readonly string[], options: DependsOptions = {}): string {
  return dependencies
    .map((taskName) => `(${expandBareName(taskName, options.continueOn?.(taskName)).join(" || ")})`)
    .join(" && ");
}

/** Parses a `depends`; an unknown result or a syntax error fails, an unknown task is left to the caller. */
export function parseDepends(source: string, options: DependsOptions = {}): Result<DependsExpression> {
  const taskNames = new Set<string>();
  const itemTaskNames = new Set<string>();
  const required = new Map<string, { taskName: string; result: TaskResult }>();
  let problem: string | undefined;
  const take = (text: string) => {
    const [taskName = "", result = ""] = text.split(".");
    if (!isTaskResult(result)) {
      problem ??= `task result '${result}' for task '${taskName}' is invalid`;
      return;
    }
    taskNames.add(taskName);
    if (result === "AnySucceeded" || result === "AllFailed") itemTaskNames.add(taskName);
    required.set(text, { taskName, result });
  };
  const expanded = source.replace(reference, (text) => {
    const parts = text.includes(".") ? [text] : expandBareName(text, options.continueOn?.(text));
    for (const part of parts) take(part);
    return text.includes(".") ? text : `(${parts.join(" || ")})`;
  });
  if (problem !== undefined) return fail(problem);
  const program = compileProgram(rewriteName(expanded), limits.dependsNodesMax);
  if (!program.ok) return fail(`unable to evaluate expression '${rewriteName(expanded)}': ${program.error}`);
  return succeed(new Depends(source, program.value, [...taskNames], [...required.values()], [...itemTaskNames]));
}

class Depends implements DependsExpression {
  readonly source: string;
  readonly taskNames: readonly string[];
  readonly required: readonly { readonly taskName: string; readonly result: TaskResult }[];
  readonly itemTaskNames: readonly string[];
  readonly #program: Program;
  readonly #taskByName: ReadonlyMap<string, string>;
  #isChecked = false;

  constructor(
    source: string,
    program: Program,
    taskNames: readonly string[],
    required: readonly { readonly taskName: string; readonly result: TaskResult }[],
    itemTaskNames: readonly string[],
  ) {
    this.source = source;
    this.taskNames = taskNames;
    this.required = required;
    this.itemTaskNames = itemTaskNames;
    this.#program = program;
    // Of two names that are rewritten alike ("a-b" and "a_b") the first wins, as in Argo.
    this.#taskByName = new Map([...taskNames].reverse().map((taskName) => [rewriteName(taskName), taskName]));
  }

  evaluate(resultOf: TaskResultLookup): Result<boolean> {
    const environment: ExprEnvironment = {
      get: (name) => {
        const taskName = this.#taskByName.get(name);
        return taskName === undefined ? undefined : new TaskResultsMap(taskName, resultOf);
      },
      keys: () => this.#taskByName.keys(),
    };
    // Every task has the same type, so that one check holds for all evaluations.
    if (!this.#isChecked) {
      const checked = checkProgram(this.#program, environment);
      if (!checked.ok) return fail(`unable to evaluate expression '${this.#program.source}': ${checked.error}`);
      this.#isChecked = true;
    }
    const result = runProgram(this.#program, environment, {});
    if (!result.ok) return fail(`unable to evaluate expression '${this.#program.source}': ${result.error}`);
    if (typeof result.value === "boolean") return succeed(result.value);
    return fail(`unable to cast expression result '${formatValue(result.value)}' to bool`);
  }
}

/** The results of one task, asked for one by one. */
class TaskResultsMap extends ExprMap {
  readonly keyType = "string";
  readonly size = taskResults.length;
  readonly #taskName: string;
  readonly #resultOf: TaskResultLookup;

  constructor(taskName: string, resultOf: TaskResultLookup) {
    super();
    this.#taskName = taskName;
    this.#resultOf = resultOf;
  }

  get(key: MapKey): ExprValue | undefined {
    return typeof key === "string" && isTaskResult(key) ? this.#resultOf(this.#taskName, key) : undefined;
  }

  keys(): Iterable<string> {
    return taskResults;
  }
}
