import type { Template, TemplateCall, WorkflowBundle, WorkflowSpec } from "@capstan/core";
import { compileExpression } from "@capstan/expressions";
import { eachString } from "../json-value.ts";
import { limits } from "../limits.ts";
import { error, type Problem, warning } from "../problem.ts";
import { didYouMean } from "../structure/nearest-name.ts";
import type { Path } from "../text/path.ts";
import type { Scope } from "./scope.ts";
import { namesVariable, tagsIn } from "./tags.ts";
import type { FoundTemplate, Resolution, TemplateBase, TemplateIndex } from "./template-index.ts";

export interface ValidateOptions {
  /** Values of the workflow's parameters may be missing: they come at submit. Adds warnings. */
  readonly lint?: boolean;
  /** Every parameter of the workflow needs a value. */
  readonly submit?: boolean;
  /** WorkflowTemplates that are not in the bundle are taken to exist. */
  readonly assumeMissingTemplates?: boolean;
  /** The installation's defaults, whose labels and annotations every workflow will have. */
  readonly workflowDefaults?: WorkflowSpec;
  /** The spec is a WorkflowTemplate's: no entrypoint is needed, and arguments come from whoever calls it. */
  readonly isTemplate?: boolean;
}

/** One template where it stands: in which spec, at which path, called from where. */
export interface Unit {
  readonly template: Template;
  readonly base: TemplateBase;
  readonly path: Path;
  /** Where the workflow's own text called into the WorkflowTemplate that has this template; undefined within the own text. */
  readonly calledAt?: Path;
  /** What an inline template sees of the call around it. */
  readonly outerScope?: Scope;
}

/** The state of one validation: what is found wrong, and what still has to be looked at. */
export class Validation {
  readonly problems: Problem[] = [];
  readonly bundle: WorkflowBundle;
  readonly options: ValidateOptions;
  readonly index: TemplateIndex;
  readonly globals: Scope;
  /** Templates that were called and not looked at yet. */
  private readonly pending: Unit[] = [];
  private readonly seen = new Set<Template>();

  constructor(bundle: WorkflowBundle, options: ValidateOptions, index: TemplateIndex, globals: Scope) {
    this.bundle = bundle;
    this.options = options;
    this.index = index;
    this.globals = globals;
  }

  /** Adds problems of a unit; those within a WorkflowTemplate are reported where the workflow calls it. */
  report(unit: Pick<Unit, "base" | "calledAt"> | undefined, ...problems: readonly Problem[]): void {
    for (const problem of problems) {
      if (this.problems.length >= limits.problemsMax) return;
      if (unit?.calledAt === undefined) this.problems.push(problem);
      else this.problems.push(relocate(problem, unit.base.key, unit.calledAt));
    }
  }

  enqueue(unit: Unit): void {
    if (this.seen.has(unit.template)) return;
    this.seen.add(unit.template);
    this.pending.push(unit);
  }

  /** The templates still to be looked at, until none is left. */
  *units(): Generator<Unit> {
    for (let unit = this.pending.pop(); unit !== undefined; unit = this.pending.pop()) yield unit;
  }

  /** Finds a template by the name that a field holds (entrypoint, onExit) and reports a missing one at the field. */
  resolveName(name: string, unit: Unit, path: Path): Resolution {
    return this.reportMissing(this.index.byName(name, unit.base), unit, path);
  }

  /** Finds the template of a call and reports a missing one at the call. */
  resolveCall(call: Pick<TemplateCall, "template" | "templateRef">, unit: Unit, path: Path): Resolution | undefined {
    const { template, templateRef } = call;
    if (templateRef !== undefined) {
      if (template !== undefined && template !== "") {
        this.report(unit, error("CONFLICT", [...path, "template"], "Give either template or templateRef, not both."));
        return undefined;
      }
      if (!templateRef.name || !templateRef.template) {
        this.report(unit, error("REQUIRED", [...path, "templateRef"], "A templateRef needs name and template."));
        return undefined;
      }
      return this.reportMissing(this.index.byReference(templateRef), unit, [...path, "templateRef"]);
    }
    if (template === undefined || template === "") {
      this.report(unit, error("REQUIRED", path, "A call needs template, templateRef or inline."));
      return undefined;
    }
    return this.resolveName(template, unit, [...path, "template"]);
  }

  private reportMissing(resolution: Resolution, unit: Unit, path: Path): Resolution {
    if (resolution.kind === "missing") {
      const message = resolution.message + didYouMean(resolution.name, resolution.candidates);
      this.report(unit, error("UNKNOWN_TEMPLATE", path, message));
    }
    return resolution;
  }

  /** The unit of a template that was found, as called from another one. */
  unitOf(found: FoundTemplate, caller: Unit, path: Path): Unit {
    const calledAt = found.base.key === "" ? undefined : (caller.calledAt ?? path);
    const unit: Unit = { template: found.template, base: found.base, path: ["spec", "templates", found.index] };
    return calledAt === undefined ? unit : { ...unit, calledAt };
  }

  /** Reports the tags of a value's strings that name a variable which the scope does not have. */
  checkTags(value: unknown, unit: Unit, path: Path, scope: Scope): void {
    eachString(value, path, (text, where) => {
      for (const tag of tagsIn(text)) {
        if (tag.kind === "expression") this.checkExpression(tag.text.trim().slice(1), unit, where);
        else this.checkTag(tag.text, tag.kind, unit, where, scope);
      }
      if (expressionFields.has(String(where.at(-1))) && !text.includes("{{")) this.checkExpression(text, unit, where);
    });
  }

  // Argo finds such a mistake only when the run gets there, so it does not refuse the workflow.
  private checkExpression(source: string, unit: Unit, path: Path): void {
    if (source.includes("{{")) return;
    const compiled = compileExpression(source);
    if (compiled.ok) return;
    const message = `The expression ${JSON.stringify(shorten(source.trim(), 60))} cannot be read: ${compiled.error}`;
    this.report(unit, warning("EXPRESSION", path, message));
  }

  private checkTag(text: string, kind: string, unit: Unit, path: Path, scope: Scope): void {
    const name = text.trim();
    if (kind === "endless-expression" || (kind === "endless" && namesVariable(name))) {
      const message = `The tag {{${shorten(name, 30)} never ends: close it with }}.`;
      this.report(unit, error("ENDLESS_TAG", path, message));
      return;
    }
    if (kind === "endless" || !namesVariable(name) || scope.has(name) || this.globals.has(name)) return;
    const message = `{{${name}}} cannot be resolved here.${this.adviceFor(name, scope)}`;
    this.report(unit, error("UNRESOLVED_VARIABLE", path, message));
  }

  private adviceFor(name: string, scope: Scope): string {
    if (name.length > 80) return "";
    if (name === "workflow.failures") return " It is known in exit handlers only.";
    const parameter = /^workflow\.parameters\.(.+)$/.exec(name)?.[1];
    const near = didYouMean(name, [...scope.all(), ...this.globals.all()]);
    if (near !== "" || parameter === undefined) return near;
    return ` Add a parameter ${JSON.stringify(parameter)} to spec.arguments.`;
  }
}

const expressionFields = new Set(["expression", "fromExpression"]);

function shorten(text: string, lengthMax: number): string {
  return text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
}

function relocate(problem: Problem, key: string, calledAt: Path): Problem {
  const name = key.slice(key.indexOf("/") + 1);
  const moved = error(
    problem.code,
    calledAt,
    `In WorkflowTemplate ${JSON.stringify(name)} at ${problem.path}: ${problem.message}`,
  );
  return { ...moved, severity: problem.severity };
}
