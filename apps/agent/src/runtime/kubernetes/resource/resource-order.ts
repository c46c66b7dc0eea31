import { type Json, type JsonObject, objectAt, type Result, textAt, textsAt } from "@capstan/core";
import { type LabelSelector, parseLabelSelector } from "@capstan/expressions";
import type { PatchKind } from "@capstan/kubernetes";
import { parseManifests, parseValue } from "@capstan/manifest";
import { type KubectlSettings, type ResourceAction, readKubectlFlags } from "./kubectl-flags.ts";

/** What a resource template tells the agent to do, read and checked. */
export interface ResourceOrder {
  readonly action: ResourceAction;
  readonly targets: readonly ResourceTarget[];
  readonly settings: KubectlSettings;
  readonly patch?: { readonly kind: PatchKind; readonly body: Json };
  readonly success?: LabelSelector;
  readonly failure?: LabelSelector;
}

/** An object of the manifest, or one or all of a type as the flags name them. */
export type ResourceTarget =
  | { readonly by: "manifest"; readonly apiVersion: string; readonly kind: string; readonly object: JsonObject }
  | { readonly by: "name"; readonly type: string; readonly name: string }
  | { readonly by: "selector"; readonly type: string };

const actions: readonly string[] = ["get", "create", "apply", "replace", "patch", "delete"] satisfies ResourceAction[];
const strategies: Readonly<Record<string, PatchKind>> = { strategic: "strategic", merge: "merge", json: "json" };

/** Reads `resource` and its manifest's text; the error is for the template's author. */
export function readResourceOrder(resource: JsonObject, manifest: string): Result<ResourceOrder> {
  const action = textAt(resource, "action") ?? "";
  if (!isAction(action)) return refused(`action "${action}" is none of ${actions.join(", ")}`);
  const settings = readKubectlFlags(action, textsAt(resource, "flags"));
  if (!settings.ok) return settings;
  const targets =
    action === "patch" ? patchTargets(resource, manifest, settings.value) : targetsOf(manifest, settings.value);
  if (!targets.ok) return targets;
  if (targets.value.length === 0) return refused("Must provide at least one of flags or manifest.");
  if (action !== "delete" && targets.value.length > 1)
    return refused(`${action} takes one object, and these are ${targets.value.length}: use a template for each`);
  if (action !== "delete" && targets.value.some(({ by }) => by === "selector"))
    return refused(`${action} takes one object: name it in flags or manifest`);
  const success = readCondition(resource, "success");
  if (!success.ok) return success;
  const failure = readCondition(resource, "failure");
  if (!failure.ok) return failure;
  const patch = action === "patch" ? readPatch(resource, manifest) : undefined;
  if (patch?.ok === false) return patch;
  return {
    ok: true,
    value: {
      ...{ action, targets: targets.value, settings: settings.value },
      ...(patch !== undefined && { patch: patch.value }),
      ...(success.value !== undefined && { success: success.value }),
      ...(failure.value !== undefined && { failure: failure.value }),
    },
  };
}

function isAction(text: string): text is ResourceAction {
  return actions.includes(text);
}

function targetsOf(manifest: string, settings: KubectlSettings): Result<readonly ResourceTarget[]> {
  const objects = readObjects(manifest);
  if (!objects.ok) return objects;
  const named = namedTargets(settings);
  if (!named.ok) return named;
  if (objects.value.length > 0 && named.value.length > 0)
    return refused("when there is a manifest, the flags may not name objects as well");
  return { ok: true, value: [...objects.value, ...named.value] };
}

/** A JSON patch is the whole manifest, so what it is for stands in the flags; other patches are objects that say so themselves. */
function patchTargets(
  resource: JsonObject,
  manifest: string,
  settings: KubectlSettings,
): Result<readonly ResourceTarget[]> {
  const named = namedTargets(settings);
  if (!named.ok || named.value.length > 0) return named;
  if (textAt(resource, "mergeStrategy") === "json")
    return refused('a JSON patch does not say what it is for: name the object in flags, as in ["pod", "NAME"]');
  return readObjects(manifest);
}

function readObjects(manifest: string): Result<readonly ResourceTarget[]> {
  const { documents, problems } = parseManifests(manifest);
  const problem = problems.find(({ severity }) => severity !== "warning");
  if (problem !== undefined)
    return refused(`manifest${problem.line === undefined ? "" : `, line ${problem.line}`}: ${problem.message}`);
  const targets: ResourceTarget[] = [];
  for (const { apiVersion, kind, object } of documents) {
    if (apiVersion === "") return refused("Object 'apiVersion' is missing in the manifest");
    if (kind === "") return refused("Object 'Kind' is missing in the manifest");
    targets.push({ by: "manifest", apiVersion, kind, object });
  }
  return { ok: true, value: targets };
}

/** `TYPE NAME…`, `TYPE/NAME…`, or types alone with a selector or `--all`. */
function namedTargets({ words, selector, fieldSelector, all }: KubectlSettings): Result<readonly ResourceTarget[]> {
  const isSelected = selector !== undefined || fieldSelector !== undefined || all;
  const [first, ...names] = words;
  if (first === undefined)
    return isSelected ? refused("a selector needs a type of objects in flags") : { ok: true, value: [] };
  if (words.some((word) => word.includes("/"))) {
    const pairs = words.map((word) => word.split("/"));
    if (isSelected || pairs.some((pair) => pair.length !== 2 || pair.includes("")))
      return refused("name objects either as TYPE/NAME alone or as TYPE NAME");
    return { ok: true, value: pairs.map(([type = "", name = ""]) => ({ by: "name", type, name })) };
  }
  const types = first.split(",");
  if (names.length === 0 && !isSelected) return refused(`name the object of type "${first}" that is meant`);
  if (names.length > 0 && isSelected) return refused("name objects or select them, not both");
  return {
    ok: true,
    value: types.flatMap((type): ResourceTarget[] =>
      isSelected ? [{ by: "selector", type }] : names.map((name) => ({ by: "name", type, name })),
    ),
  };
}

function readPatch(resource: JsonObject, manifest: string): Result<{ readonly kind: PatchKind; readonly body: Json }> {
  const strategy = textAt(resource, "mergeStrategy") ?? "strategic";
  const kind = Object.hasOwn(strategies, strategy) ? strategies[strategy] : undefined;
  if (kind === undefined)
    return refused(`mergeStrategy "${strategy}" is none of ${Object.keys(strategies).join(", ")}`);
  const body = parseValue(manifest);
  if (!body.ok) return refused(`manifest: ${body.error}`);
  if (kind === "json" && !Array.isArray(body.value)) return refused("a JSON patch must be a list of operations");
  return { ok: true, value: { kind, body: body.value } };
}

function readCondition(resource: JsonObject, which: "success" | "failure"): Result<LabelSelector | undefined> {
  const source = textAt(resource, `${which}Condition`) ?? "";
  if (source === "") return { ok: true, value: undefined };
  const selector = parseLabelSelector(source);
  return selector.ok ? selector : refused(`${which} condition '${source}' failed to parse: ${selector.error}`);
}

/** The place of an object that the manifest gives: a namespace where it names one. */
export function metadataOf(object: JsonObject): {
  readonly name?: string;
  readonly generateName?: string;
  readonly namespace?: string;
} {
  const metadata = objectAt(object, "metadata");
  const field = (name: string) => {
    const value = textAt(metadata, name) ?? "";
    return value === "" ? {} : { [name]: value };
  };
  return { ...field("name"), ...field("generateName"), ...field("namespace") };
}

function refused(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}
