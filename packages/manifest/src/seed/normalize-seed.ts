import { isObject, type Json, type JsonObject } from "@capstan/core";
import { documentOf, type ParsedDocument, withPositions } from "../document.ts";
import { listOr, type MutableObject, objectOr, textOr } from "../json-value.ts";
import { error, type Problem } from "../problem.ts";
import { anyString } from "../structure/conform.ts";
import { didYouMean } from "../structure/nearest-name.ts";
import type { Path } from "../text/path.ts";
import { jobTemplate } from "./job-template.ts";
import { isSeedDocument, readSeedSpec, type SeedSpec, type SeedTask } from "./seed-spec.ts";
import { parameterOf, valuesIn, withVariables } from "./values.ts";

export interface NormalizeOptions {
  /** The values of `{{.values.name}}`: from `--set`, a file of values, and parameters given at submit. */
  readonly values: { readonly [name: string]: string };
}

export interface NormalizedSeed {
  /** Ordinary documents, in the given order; Jobs that became templates are gone. */
  readonly documents: readonly ParsedDocument[];
  readonly problems: readonly Problem[];
}

/** The template that a document of the dialect starts with. */
const entryName = "main";

/**
 * Turns documents of the seed dialect into ordinary Workflows and WorkflowTemplates; other documents stay as they are. Files may come
 * in any order. Problems have the file and line of the original text.
 */
export function normalizeSeed(documents: readonly ParsedDocument[], options: NormalizeOptions): NormalizedSeed {
  if (!documents.some(isSeedDocument)) return { documents, problems: [] };
  return new SeedNormalizer(documents, options).normalize();
}

/** Where a value is used, in which document. */
interface Use {
  readonly document: ParsedDocument;
  readonly path: Path;
}

class SeedNormalizer {
  private readonly problems: Problem[] = [];
  private readonly jobs = new Map<string, ParsedDocument>();
  private readonly templates = new Map<string, ParsedDocument>();
  private readonly specs = new Map<ParsedDocument, SeedSpec>();
  private readonly needs = new Map<ParsedDocument, Map<string, Use>>();
  private readonly documents: readonly ParsedDocument[];
  private readonly options: NormalizeOptions;

  constructor(documents: readonly ParsedDocument[], options: NormalizeOptions) {
    this.documents = documents;
    this.options = options;
  }

  normalize(): NormalizedSeed {
    for (const document of this.documents) this.register(document);
    this.findNeeds();
    const usedJobs = new Set([...this.specs.values()].flatMap((spec) => spec.tasks.map((task) => task.template)));
    const documents = this.documents
      .filter((document) => document.kind !== "Job" || !usedJobs.has(document.name))
      .map((document) => {
        const spec = this.specs.get(document);
        return spec === undefined ? document : this.rewrite(spec);
      });
    return { documents, problems: this.problems };
  }

  private register(document: ParsedDocument): void {
    if (document.kind === "Job") this.jobs.set(document.name, document);
    if (document.kind === "WorkflowTemplate") this.templates.set(document.name, document);
    if (!isSeedDocument(document)) return;
    const problems: Problem[] = [];
    this.specs.set(document, readSeedSpec(document, problems));
    this.problems.push(...withPositions(problems, document));
  }

  // A document needs the values that its text uses, and those of what it calls, unless it gives them along. Calls may be circular,
  // so this repeats until nothing is added.
  private findNeeds(): void {
    for (const job of this.jobs.values()) this.needs.set(job, usesOf(job, valuesIn(job.object["spec"], ["spec"])));
    for (const spec of this.specs.values()) this.needs.set(spec.document, usesOf(spec.document, spec.values));
    for (let grew = true; grew; ) {
      grew = false;
      for (const spec of this.specs.values()) grew = this.addCalleeNeeds(spec) || grew;
    }
  }

  private addCalleeNeeds(spec: SeedSpec): boolean {
    const own = this.needs.get(spec.document) ?? new Map<string, Use>();
    const before = own.size;
    for (const task of spec.tasks) {
      const callee = this.calleeOf(task, spec);
      for (const [name, use] of (callee === undefined ? undefined : this.needs.get(callee)) ?? []) {
        if (!Object.hasOwn(task.params, name) && !own.has(name)) own.set(name, use);
      }
    }
    return own.size > before;
  }

  private calleeOf(task: SeedTask, spec: SeedSpec): ParsedDocument | undefined {
    if (ownTemplateNames(spec).includes(task.template)) return undefined;
    return this.jobs.get(task.template) ?? this.templates.get(task.template);
  }

  private rewrite(spec: SeedSpec): ParsedDocument {
    const { document } = spec;
    const original = objectOr(document.object["spec"]);
    const { entrypoint: _entrypoint, tasks: _tasks, templates, arguments: args, ...others } = original;
    const scope = document.kind === "Workflow" ? "workflow" : "inputs";
    const entry: MutableObject = {
      name: entryName,
      dag: { tasks: spec.tasks.map((task) => this.rewriteTask(task, spec, scope)) },
    };
    const needs = this.needs.get(document) ?? new Map<string, Use>();
    const parameters = [...needs.keys()].map((name) => ({ name: parameterOf(name) }));
    if (scope === "inputs" && parameters.length > 0) entry["inputs"] = { parameters };
    const rewritten: MutableObject = {
      ...(others as MutableObject),
      entrypoint: entryName,
      templates: [entry, ...this.jobTemplatesOf(spec), ...listOr(templates)],
    };
    if (scope === "workflow") rewritten["arguments"] = this.workflowArguments(args, needs);
    else if (args !== undefined) rewritten["arguments"] = args;
    const object: JsonObject = { ...document.object, spec: rewritten };
    return documentOf(object, (path) => document.locate(originalPath(path, spec)), document.file);
  }

  private jobTemplatesOf(spec: SeedSpec): JsonObject[] {
    const used = new Set<ParsedDocument>();
    for (const task of spec.tasks) {
      const callee = this.calleeOf(task, spec);
      if (callee?.kind === "Job") used.add(callee);
    }
    return [...used].map((job) => jobTemplate(job));
  }

  private rewriteTask(task: SeedTask, spec: SeedSpec, scope: "workflow" | "inputs"): Json {
    const callee = this.calleeOf(task, spec);
    const given = Object.entries(task.params).map(([name, value]) => {
      return { name: parameterOf(name), value: paramText(withVariables(value ?? null, scope)) };
    });
    const calleeNeeds = (callee === undefined ? undefined : this.needs.get(callee)) ?? new Map<string, Use>();
    const passedOn = [...calleeNeeds.keys()]
      .filter((name) => !Object.hasOwn(task.params, name))
      .map((name) => ({ name: parameterOf(name), value: `{{${scope}.parameters.${parameterOf(name)}}}` }));
    const parameters = [...given, ...passedOn];
    const rewritten: MutableObject = {
      name: task.name,
      ...objectOr(withVariables(task.others, scope)),
    } as MutableObject;
    Object.assign(rewritten, this.targetOf(task, spec, callee));
    if (parameters.length > 0) rewritten["arguments"] = { ...objectOr(rewritten["arguments"]), parameters };
    return rewritten;
  }

  private targetOf(task: SeedTask, spec: SeedSpec, callee: ParsedDocument | undefined): MutableObject {
    if (callee?.kind === "WorkflowTemplate") {
      const entrypoint = this.specs.has(callee) ? entryName : textOr(objectOr(callee.object["spec"])["entrypoint"]);
      return { templateRef: { name: callee.name, template: entrypoint } };
    }
    if (callee === undefined && task.template !== "" && !ownTemplateNames(spec).includes(task.template)) {
      const known = [...ownTemplateNames(spec), ...this.jobs.keys(), ...this.templates.keys()];
      const message = `There is no template, WorkflowTemplate or Job ${JSON.stringify(task.template)} among these files: give its file along.${didYouMean(task.template, known)}`;
      this.report(spec.document, [...task.path, "template"], "UNKNOWN_TEMPLATE", message);
    }
    return { template: task.template };
  }

  private workflowArguments(args: Json | undefined, needs: ReadonlyMap<string, Use>): JsonObject {
    const own = objectOr(args);
    const parameters = listOr(own["parameters"]).filter(isObject);
    const result: JsonObject[] = [];
    for (const [name, use] of needs) {
      const given = Object.hasOwn(this.options.values, name) ? this.options.values[name] : undefined;
      const declared = parameters.find((parameter) => parameter["name"] === parameterOf(name));
      const value = given ?? declared?.["value"] ?? declared?.["default"];
      if (value !== undefined && value !== null) result.push({ name: parameterOf(name), value: anyString(value) });
      else if (declared?.["valueFrom"] !== undefined) result.push(declared);
      else this.reportMissing(name, use);
    }
    const names = new Set(result.map((parameter) => parameter["name"]));
    return { ...own, parameters: [...result, ...parameters.filter((parameter) => !names.has(parameter["name"]))] };
  }

  private reportMissing(name: string, use: Use): void {
    const message = `{{.values.${name}}} has no value: give it with --set ${name}=…, a file of values, or spec.arguments.`;
    this.report(use.document, use.path, "MISSING_VALUE", message);
  }

  private report(document: ParsedDocument, path: Path, code: Problem["code"], message: string): void {
    this.problems.push(...withPositions([error(code, path, message)], document));
  }
}

function usesOf(document: ParsedDocument, values: ReadonlyMap<string, Path>): Map<string, Use> {
  return new Map([...values].map(([name, path]) => [name, { document, path }]));
}

function ownTemplateNames(spec: SeedSpec): string[] {
  return listOr(objectOr(spec.document.object["spec"])["templates"]).map((template) =>
    textOr(objectOr(template)["name"]),
  );
}

function paramText(value: Json): string {
  return typeof value === "object" ? JSON.stringify(value) : anyString(value);
}

/** The place in the original text of a path in the rewritten spec. */
function originalPath(path: Path, spec: SeedSpec): Path {
  const [first, second, template, dag, tasks, index, ...rest] = path;
  if (first !== "spec" || second !== "templates") return path;
  const task = typeof index === "number" ? spec.tasks[index] : undefined;
  if (template === 0 && dag === "dag" && tasks === "tasks" && task !== undefined) return [...task.path, ...rest];
  return ["spec"];
}
