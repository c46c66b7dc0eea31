import type { JsonObject, ResourceStore } from "@capstan/core";
import { type KubeClient, KubeError, pathOf } from "@capstan/kubernetes";
import {
  documentOf,
  isSeedDocument,
  normalizeSeed,
  type ParsedDocument,
  type Problem,
  seedCallees,
} from "@capstan/manifest";

/** What a Workflow of the seed dialect was turned into, or what it waits for. */
export type SeedOutcome =
  | { readonly kind: "ordinary"; readonly workflow: JsonObject; readonly templates: readonly ParsedDocument[] }
  | { readonly kind: "waits"; readonly message: string; readonly for: readonly string[] }
  | { readonly kind: "invalid"; readonly message: string };

/** Objects that a Workflow may wait for are named `<kind> <namespace>/<name>`. */
export function waitKey(kind: string, namespace: string, name: string): string {
  return `${kind} ${namespace}/${name}`;
}

export const valuesConfigMap = "capstan-values";
const valuePrefix = "capstan.dev/value.";
const documentsMax = 200;
const waitsNamedMax = 5;
/** What may still come. */
const missingCodes: ReadonlySet<string> = new Set(["MISSING_VALUE", "UNKNOWN_TEMPLATE"]);

const jobs = { apiVersion: "batch/v1", plural: "jobs", isNamespaced: true };

/** Reads a workflow's relatives from the cluster and makes ordinary specs of them, in whichever order they were applied. */
export class SeedObjects {
  readonly #client: KubeClient;
  readonly #resources: ResourceStore;

  constructor(client: KubeClient, resources: ResourceStore) {
    this.#client = client;
    this.#resources = resources;
  }

  isSeed(object: JsonObject): boolean {
    return isSeedDocument(documentOf(object));
  }

  async resolve(object: JsonObject, namespace: string): Promise<SeedOutcome> {
    const workflow = documentOf(object);
    const { documents, missing } = await this.#relatives(workflow, namespace);
    const values = { ...(await this.#values(namespace)), ...annotatedValues(object) };
    const { documents: ordinary, problems } = normalizeSeed(documents, { values });
    const wrong = problems.find(({ code }) => !missingCodes.has(code));
    if (wrong !== undefined) return { kind: "invalid", message: inCluster(wrong) };
    if (problems.length > 0)
      return { kind: "waits", message: waitMessage(problems), for: this.#waitsFor(missing, namespace) };
    const templates = ordinary.filter(({ kind }) => kind === "WorkflowTemplate");
    const found = ordinary.find(({ kind }) => kind === "Workflow");
    return { kind: "ordinary", workflow: found?.object ?? object, templates };
  }

  #waitsFor(missing: readonly string[], namespace: string): readonly string[] {
    return [
      ...missing.flatMap((name) => [waitKey("WorkflowTemplate", namespace, name), waitKey("Job", namespace, name)]),
      waitKey("ConfigMap", namespace, valuesConfigMap),
    ];
  }

  /** Everything that the workflow calls, directly or not, as far as it is there. */
  async #relatives(
    workflow: ParsedDocument,
    namespace: string,
  ): Promise<{ readonly documents: readonly ParsedDocument[]; readonly missing: readonly string[] }> {
    const documents = [workflow];
    const missing: string[] = [];
    const seen = new Set<string>();
    for (const document of documents) {
      if (!isSeedDocument(document) || documents.length > documentsMax) continue;
      for (const name of seedCallees(document)) {
        if (seen.has(name) || name === "") continue;
        seen.add(name);
        const found = await this.#relative(namespace, name);
        if (found.length === 0) missing.push(name);
        documents.push(...found);
      }
    }
    return { documents, missing };
  }

  async #relative(namespace: string, name: string): Promise<readonly ParsedDocument[]> {
    const [template, job] = await Promise.all([
      this.#resources.get({ kind: "WorkflowTemplate", namespace, name }),
      this.#job(namespace, name),
    ]);
    return [template?.object, job].flatMap((object) => (object === undefined ? [] : [documentOf(object)]));
  }

  async #job(namespace: string, name: string): Promise<JsonObject | undefined> {
    try {
      const job = await this.#client.get<JsonObject>(pathOf(jobs, namespace, name));
      return { ...job, apiVersion: "batch/v1", kind: "Job" };
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return undefined;
      throw error;
    }
  }

  async #values(namespace: string): Promise<Readonly<Record<string, string>>> {
    const map = await this.#resources.get({ kind: "ConfigMap", namespace, name: valuesConfigMap });
    return texts(map?.object["data"]);
  }
}

function annotatedValues(object: JsonObject): Readonly<Record<string, string>> {
  const annotations = texts((object["metadata"] as JsonObject | undefined)?.["annotations"]);
  return Object.fromEntries(
    Object.entries(annotations)
      .filter(([key]) => key.startsWith(valuePrefix))
      .map(([key, value]) => [key.slice(valuePrefix.length), value]),
  );
}

function texts(values: unknown): Readonly<Record<string, string>> {
  return typeof values === "object" && values !== null
    ? Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]))
    : {};
}

/** Everything that is waited for, each once, objects first: whoever brings one thing should not learn of the next only then. */
function waitMessage(problems: readonly Problem[]): string {
  const objects = problems.filter(({ code }) => code === "UNKNOWN_TEMPLATE");
  const values = problems.filter(({ code }) => code !== "UNKNOWN_TEMPLATE");
  const texts = [...new Set([...objects, ...values].map((problem) => inCluster(problem)))];
  const more = texts.length - waitsNamedMax;
  return `${texts.slice(0, waitsNamedMax).join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
}

/** The same problem for people who have no command line of ours in their hands. */
function inCluster({ code, message, path }: Problem): string {
  const value = /\{\{\.values\.([^}]*)\}\}/.exec(message)?.[1];
  if (code === "MISSING_VALUE" && value !== undefined)
    return `waits for the value of {{.values.${value}}}: give it as annotation ${valuePrefix}${value}, in ConfigMap ${valuesConfigMap} (key ${value}), or in spec.arguments.parameters`;
  if (code === "UNKNOWN_TEMPLATE") {
    const name = /Job "([^"]*)"/.exec(message)?.[1] ?? "";
    return `waits for a WorkflowTemplate or Job named ${JSON.stringify(name)} (${path})`;
  }
  return path === "" ? message : `${path}: ${message}`;
}
