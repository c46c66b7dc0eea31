import { type Arguments, isObject, type WorkflowBundle, type WorkflowSpec, type WorkflowTemplate } from "@capstan/core";
import { listOr, objectOr, textOr } from "../json-value.ts";
import { limits } from "../limits.ts";
import { error, type Problem } from "../problem.ts";
import { checkArguments, checkSupplied } from "./arguments.ts";
import { globalScope } from "./globals.ts";
import { lintWorkflow } from "./lint.ts";
import { checkMetrics } from "./metrics.ts";
import { checkFieldNames } from "./names.ts";
import { checkHookExpressions } from "./node-scope.ts";
import { warnOfFieldsNotActedOn } from "./not-acted-on.ts";
import { checkPodResources } from "./pod-resources.ts";
import { checkPoolPlacement } from "./pool-placement.ts";
import { checkTemplate } from "./template.ts";
import { TemplateIndex } from "./template-index.ts";
import { checkRetryStrategy } from "./times.ts";
import { type Unit, type ValidateOptions, Validation } from "./validation.ts";

const nameLengthMax = 63;

/** Everything that makes a workflow unable to run, as Argo judges it; never throws. Costs O(size of the spec). */
export function validateWorkflow(bundle: WorkflowBundle, options: ValidateOptions = {}): Problem[] {
  const index = new TemplateIndex(bundle, options.assumeMissingTemplates === true);
  const validation = new Validation(
    bundle,
    options,
    index,
    globalScope(bundle, options.isTemplate === true, options.workflowDefaults),
  );
  const { metadata, spec } = bundle.workflow;
  const caller: Unit = { template: {}, base: index.own, path: ["spec"] };
  checkMetadata(validation, metadata.name);
  validation.report(undefined, ...checkPoolPlacement(metadata, ["metadata"]));
  checkSpecFields(validation, spec);
  if ((spec.templates ?? []).length > limits.templatesMax) {
    validation.report(
      undefined,
      error("TOO_MANY", ["spec", "templates"], `A spec has at most ${limits.templatesMax} templates.`),
    );
    return validation.problems;
  }
  checkEntrypoint(validation, spec, caller);
  drain(validation);
  checkExitHandlers(validation, spec, caller);
  // Templates that nothing calls are checked as well: they will be called one day.
  for (const found of index.own.byName.values()) {
    validation.enqueue({ template: found.template, base: index.own, path: ["spec", "templates", found.index] });
  }
  drain(validation);
  validation.report(undefined, ...warnOfFieldsNotActedOn(bundle));
  if (options.lint === true) validation.report(undefined, ...lintWorkflow(bundle));
  return validation.problems;
}

function drain(validation: Validation): void {
  for (const unit of validation.units()) checkTemplate(validation, unit);
}

/** Checks a WorkflowTemplate or ClusterWorkflowTemplate by itself; `workflowTemplates` are those that it may refer to. */
export function validateWorkflowTemplate(
  template: WorkflowTemplate,
  workflowTemplates: WorkflowBundle["workflowTemplates"] = {},
  options: Omit<ValidateOptions, "isTemplate"> = {},
): Problem[] {
  const { metadata, spec } = template;
  const workflow = { apiVersion: template.apiVersion, kind: "Workflow", metadata, spec } as const;
  return validateWorkflow({ workflow, workflowTemplates, configMaps: {} }, { ...options, isTemplate: true });
}

function checkMetadata(validation: Validation, name: string | undefined): void {
  if (name === undefined || name.length <= nameLengthMax) return;
  const message = `The name has ${name.length} characters; at most ${nameLengthMax} are allowed.`;
  validation.report(undefined, error("INVALID_NAME", ["metadata", "name"], message));
}

function checkSpecFields(validation: Validation, spec: WorkflowSpec): void {
  const { options, bundle } = validation;
  const problems: Problem[] = [];
  const isMerged = bundle.workflow.status?.storedWorkflowTemplateSpec !== undefined;
  if (spec.workflowTemplateRef !== undefined && (spec.templates ?? []).length > 0 && !isMerged) {
    const message =
      "A workflow with workflowTemplateRef takes its templates from there: remove spec.templates or the reference.";
    problems.push(error("CONFLICT", ["spec", "templates"], message));
  }
  checkFieldNames(spec.templates, ["spec", "templates"], problems);
  const allowEmpty = options.lint === true || (options.isTemplate === true && options.submit !== true);
  problems.push(...checkArguments(spec.arguments, ["spec", "arguments"], allowEmpty));
  problems.push(...checkHookExpressions(spec.hooks, ["spec"]));
  problems.push(...checkPodGc(spec), ...checkExecutorPlugins(spec));
  problems.push(...checkPodResources(spec["podResources"], ["spec", "podResources"]));
  problems.push(...checkMetrics(spec["metrics"], ["spec", "metrics"]));
  problems.push(...checkRetryStrategy(spec.retryStrategy, ["spec", "retryStrategy"]));
  validation.report(undefined, ...problems);
}

function checkEntrypoint(validation: Validation, spec: WorkflowSpec, caller: Unit): void {
  if (!spec.entrypoint) {
    const isElsewhere = spec.workflowTemplateRef !== undefined && validation.options.assumeMissingTemplates === true;
    if (validation.options.isTemplate === true || isElsewhere) return;
    const names = (spec.templates ?? []).map((template) => template.name ?? "").slice(0, 5);
    const hint = names.length === 0 ? "" : ` (one of ${names.join(", ")})`;
    validation.report(
      undefined,
      error("REQUIRED", ["spec"], `A workflow needs an entrypoint: the template to start with${hint}.`),
    );
    return;
  }
  enter(validation, spec.entrypoint, caller, "entrypoint", spec.arguments);
}

function enter(validation: Validation, name: string, caller: Unit, field: string, args: Arguments | undefined): void {
  const resolution = validation.resolveName(name, caller, ["spec", field]);
  if (resolution.kind !== "found") return;
  const { isTemplate } = validation.options;
  // A WorkflowTemplate's arguments come from whoever submits it.
  if (isTemplate !== true)
    validation.report(undefined, ...checkSupplied(resolution.found.template, args, ["spec", field]));
  validation.enqueue(validation.unitOf(resolution.found, caller, ["spec", field]));
}

function checkExitHandlers(validation: Validation, spec: WorkflowSpec, caller: Unit): void {
  if (spec.onExit || spec.hooks?.["exit"] !== undefined) validation.globals.add("workflow.failures");
  if (spec.onExit) enter(validation, spec.onExit, caller, "onExit", spec.arguments);
  for (const [name, hook] of Object.entries(spec.hooks ?? {})) {
    const path = ["spec", "hooks", name];
    const resolution = validation.resolveCall(hook, caller, path);
    validation.report(undefined, ...checkArguments(hook.arguments, [...path, "arguments"], false));
    if (resolution?.kind !== "found") continue;
    validation.report(undefined, ...checkSupplied(resolution.found.template, hook.arguments, path));
    validation.enqueue(validation.unitOf(resolution.found, caller, path));
  }
  drain(validation);
}

const podGcStrategies = ["OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess"];
const selectorOperators = ["In", "NotIn", "Exists", "DoesNotExist"];

function checkPodGc(spec: WorkflowSpec): Problem[] {
  const podGc = objectOr(spec["podGC"]);
  const problems: Problem[] = [];
  const strategy = textOr(podGc["strategy"]);
  if (strategy !== "" && !podGcStrategies.includes(strategy)) {
    const message = `${JSON.stringify(strategy)} is no strategy of podGC: use one of ${podGcStrategies.join(", ")}.`;
    problems.push(error("INVALID_VALUE", ["spec", "podGC", "strategy"], message));
  }
  listOr(objectOr(podGc["labelSelector"])["matchExpressions"]).forEach((term, index) => {
    const operator = isObject(term) ? textOr(term["operator"]) : "";
    if (selectorOperators.includes(operator)) return;
    const path = ["spec", "podGC", "labelSelector", "matchExpressions", index];
    const message = `${JSON.stringify(operator)} is no operator of a label selector: use one of ${selectorOperators.join(", ")}.`;
    problems.push(error("INVALID_VALUE", path, message));
  });
  return problems;
}

function checkExecutorPlugins(spec: WorkflowSpec): Problem[] {
  return listOr(spec["executorPlugins"]).flatMap((plugin, index) => {
    const path = ["spec", "executorPlugins", index];
    const container = objectOr(objectOr(objectOr(objectOr(plugin)["spec"])["sidecar"])["container"]);
    if (textOr(objectOr(objectOr(plugin)["metadata"])["name"]) === "") {
      return [error("REQUIRED", path, "An executor plugin needs metadata.name.")];
    }
    if (listOr(container["ports"]).length === 0)
      return [error("REQUIRED", path, "An executor plugin's container needs a port.")];
    return [];
  });
}
