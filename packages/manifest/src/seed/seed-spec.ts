import { isObject, type Json, type JsonObject } from "@capstan/core";
import type { ParsedDocument } from "../document.ts";
import { listOr, objectOr, textOr } from "../json-value.ts";
import { error, type Problem } from "../problem.ts";
import type { Path } from "../text/path.ts";
import { valuesIn } from "./values.ts";

/** One task of the dialect: what it calls and what it gives along. */
export interface SeedTask {
  readonly name: string;
  readonly template: string;
  readonly params: JsonObject;
  /** Fields that an Argo task has as well (dependencies, when, withItems, …). */
  readonly others: JsonObject;
  readonly path: Path;
}

/** A Workflow or WorkflowTemplate of the dialect. */
export interface SeedSpec {
  readonly document: ParsedDocument;
  readonly tasks: readonly SeedTask[];
  /** The values that its own text uses, and where. */
  readonly values: ReadonlyMap<string, Path>;
}

/** Whether a document is written in the dialect: `spec.tasks`, or an entrypoint that is an object. */
export function isSeedDocument(document: ParsedDocument): boolean {
  if (document.kind !== "Workflow" && document.kind !== "WorkflowTemplate") return false;
  const spec = objectOr(document.object["spec"]);
  return isObject(spec["entrypoint"]) || Array.isArray(spec["tasks"]);
}

/** Reads a document of the dialect; what is wrong with its shape goes to `problems`. */
export function readSeedSpec(document: ParsedDocument, problems: Problem[]): SeedSpec {
  const spec = objectOr(document.object["spec"]);
  const tasks = listOr(spec["tasks"]).map((task, index) => readTask(task, ["spec", "tasks", index], problems));
  const entry = readEntrypoint(spec["entrypoint"], problems);
  const values = valuesIn(spec["tasks"], ["spec", "tasks"], valuesIn(spec["entrypoint"], ["spec", "entrypoint"]));
  return { document, tasks: withEntrypoint(tasks, entry), values };
}

/** What a document of the dialect calls: names of its own templates, of WorkflowTemplates and of Jobs. */
export function seedCallees(document: ParsedDocument): readonly string[] {
  return [...new Set(readSeedSpec(document, []).tasks.map(({ template }) => template))];
}

function readTask(task: Json, path: Path, problems: Problem[]): SeedTask {
  if (!isObject(task)) problems.push(error("WRONG_TYPE", path, "A task must be an object with name and template."));
  const { name, template, params, ...others } = objectOr(task);
  if (textOr(template) === "")
    problems.push(
      error("REQUIRED", path, "A task needs a template: a name of a template, a WorkflowTemplate or a Job."),
    );
  if (params !== undefined && !isObject(params)) {
    problems.push(error("WRONG_TYPE", [...path, "params"], "params must be an object of names and values."));
  }
  return { name: textOr(name) || textOr(template), template: textOr(template), params: objectOr(params), others, path };
}

interface Entry {
  readonly template: string;
  readonly params: JsonObject;
}

const entryPath: Path = ["spec", "entrypoint", "template", "spec"];

function readEntrypoint(entrypoint: Json | undefined, problems: Problem[]): Entry | undefined {
  if (typeof entrypoint === "string") return { template: entrypoint, params: {} };
  if (entrypoint === undefined || entrypoint === null) return undefined;
  const spec = objectOr(objectOr(objectOr(entrypoint)["template"])["spec"]);
  const template = textOr(spec["template"]);
  if (template === "")
    problems.push(error("REQUIRED", ["spec", "entrypoint"], "The entrypoint needs template.spec.template."));
  return { template, params: objectOr(spec["params"]) };
}

// The entrypoint names one of the tasks, by its name or by its template, and its params hold where the task gives none.
function withEntrypoint(tasks: readonly SeedTask[], entry: Entry | undefined): readonly SeedTask[] {
  if (entry === undefined) return tasks;
  const isEntry = (task: SeedTask) => task.name === entry.template || task.template === entry.template;
  if (!tasks.some(isEntry)) {
    const { template, params } = entry;
    return [{ name: template, template, params, others: {}, path: entryPath }, ...tasks];
  }
  return tasks.map((task) => (isEntry(task) ? { ...task, params: { ...entry.params, ...task.params } } : task));
}
