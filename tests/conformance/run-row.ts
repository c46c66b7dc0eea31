import type { JsonObject } from "@capstan/core";
import { type CorpusRow, expectedPhases, readDocument } from "./corpus.ts";
import { differences, goldenOf, type RunWorkflow } from "./golden.ts";
import { operationOf } from "./operations.ts";

export interface Verdict {
  readonly row: CorpusRow;
  readonly passed: boolean;
  readonly reason: string;
}

interface ApiNode {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly type: string;
  readonly phase: string;
  readonly outputs?: {
    readonly parameters?: readonly {
      readonly name: string;
      readonly value?: string;
      readonly enum?: readonly string[];
      readonly valueFrom?: JsonObject;
    }[];
  };
  readonly inputs?: { readonly parameters?: readonly { readonly name: string; readonly enum?: readonly string[] }[] };
}

const namespace = "argo";
const finalPhases = new Set(["Succeeded", "Failed", "Error"]);
const waitMsMax = 150_000;

/** A call of the API; answers status and body. */
export async function call(
  url: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly body: JsonObject }> {
  const response = await fetch(`${url}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : (JSON.parse(text) as JsonObject) };
}

/** Submits a row's document, does what a user would do, waits for its end and compares with the table and the golden run. */
export async function runRow(url: string, row: CorpusRow): Promise<Verdict> {
  const verdict = (passed: boolean, reason: string): Verdict => ({ row, passed, reason });
  const expected = expectedPhases(row);
  const document = readDocument(row);
  const rejectionIsRight = expected.includes("lint-error") || expected.includes("Error") || expected.includes("Failed");
  if (document === undefined) return verdict(rejectionIsRight, "not YAML");
  const submitted = await call(url, "POST", `/api/v1/workflows/${namespace}`, { workflow: inNamespace(document) });
  if (submitted.status >= 400)
    return verdict(rejectionIsRight, `rejected: ${String(submitted.body["message"]).slice(0, 300)}`);
  if (expected.includes("lint-error")) return verdict(false, "accepted, but Argo's lint refuses it");
  const name = (submitted.body as unknown as RunWorkflow).metadata.name;
  const finished = await untilFinished(url, name, row);
  const phase = finished.status?.phase ?? "";
  if (!expected.includes(phase))
    return verdict(false, `${phase || "no phase"} instead of ${expected.join(" or ")}: ${explain(finished)}`);
  const golden = goldenOf(row.path);
  const different = golden === undefined ? [] : differences(finished, golden);
  if (different.length > 0)
    return verdict(false, `right phase, but: ${different.slice(0, 3).join("; ").slice(0, 600)}`);
  return verdict(true, phase);
}

function inNamespace(document: JsonObject): JsonObject {
  return { ...document, metadata: { ...(document["metadata"] as JsonObject), namespace } };
}

function explain(workflow: RunWorkflow): string {
  const nodes = Object.values(workflow.status?.nodes ?? {}) as unknown as (ApiNode & { readonly message?: string })[];
  const culprit =
    nodes.find((node) => node.message !== undefined && node.phase !== "Succeeded") ??
    nodes.find((node) => !finalPhases.has(node.phase));
  const ofNode =
    culprit === undefined ? "" : ` [${culprit.name} ${culprit.type} ${culprit.phase}: ${culprit.message ?? ""}]`;
  return `${workflow.status?.message ?? ""}${ofNode}`.slice(0, 400);
}

async function untilFinished(url: string, name: string, row: CorpusRow): Promise<RunWorkflow> {
  const path = `/api/v1/workflows/${namespace}/${name}`;
  const deadlineMs = Date.now() + waitMsMax;
  const operated = new Set<string>();
  for (;;) {
    const { body } = await call(url, "GET", path);
    const workflow = body as unknown as RunWorkflow;
    const phase = workflow.status?.phase ?? "";
    const mayStayRunning = expectedPhases(row).includes("Running") && phase === "Running";
    if (finalPhases.has(phase) || mayStayRunning) return workflow;
    if (Date.now() > deadlineMs) {
      await call(url, "PUT", `${path}/terminate`, {});
      return workflow;
    }
    await operate(url, path, row, workflow, operated);
    await new Promise((resolveWait) => setTimeout(resolveWait, 250));
  }
}

async function operate(
  url: string,
  path: string,
  row: CorpusRow,
  workflow: RunWorkflow,
  operated: Set<string>,
): Promise<void> {
  const nodes = Object.values(workflow.status?.nodes ?? {}) as unknown as ApiNode[];
  const once = async (key: string, action: () => Promise<unknown>): Promise<void> => {
    if (operated.has(key)) return;
    operated.add(key);
    await action();
  };
  const operation = operationOf(row.path);
  if (operation === "stop-when-running" && nodes.some((node) => node.phase === "Running")) {
    return once("stop", () => call(url, "PUT", `${path}/stop`, {}));
  }
  if (
    operation === "terminate-when-exit-handler-runs" &&
    nodes.some((node) => node.name.includes(".onExit") && node.phase === "Running")
  ) {
    return once("terminate", () => call(url, "PUT", `${path}/terminate`, {}));
  }
  if (operation === "resume-then-stop" && operated.has("resumed"))
    return once("stop", () => call(url, "PUT", `${path}/stop`, {}));
  for (const node of nodes) {
    if (node.type !== "Suspend" || node.phase !== "Running") continue;
    await once(node.id, () => supplyAndResume(url, path, node));
    operated.add("resumed");
  }
}

/** Sets what a suspended node waits for (the first allowed value), then resumes it; one with a duration resumes by itself as well. */
async function supplyAndResume(url: string, path: string, node: ApiNode): Promise<void> {
  const supplied = (node.outputs?.parameters ?? []).filter(
    (parameter) => parameter.valueFrom?.["supplied"] !== undefined && parameter.value === undefined,
  );
  const selector = `id=${node.id}`;
  if (supplied.length > 0) {
    const allowed = (name: string): string =>
      node.inputs?.parameters?.find((input) => input.name === name)?.enum?.[0] ?? "supplied";
    const outputParameters = JSON.stringify(
      Object.fromEntries(supplied.map((parameter) => [parameter.name, parameter.enum?.[0] ?? allowed(parameter.name)])),
    );
    await call(url, "PUT", `${path}/set`, { nodeFieldSelector: selector, outputParameters });
  }
  await call(url, "PUT", `${path}/resume`, { nodeFieldSelector: selector });
}
