import { existsSync, readdirSync, readFileSync } from "node:fs";
import { env } from "node:process";
import { describe, expect, test } from "vitest";
import type { StoredWorkflow } from "../ports/store.ts";
import type { NodeStatus, WorkflowHeader } from "../status.ts";
import { parseTimestamp } from "../timestamp.ts";
import { toWorkflowObject } from "./to-workflow-object.ts";

const header: WorkflowHeader = {
  phase: "Running",
  startedAtMs: Date.UTC(2026, 0, 1, 0, 0, 1, 999),
  progress: "1/2",
  conditions: [{ type: "PodRunning", status: "True" }],
  suspended: false,
  labels: { team: "a" },
  annotations: {},
  machine: { secret: 1 },
};

const root: NodeStatus = {
  id: "wf",
  name: "wf",
  displayName: "wf",
  type: "Steps",
  phase: "Running",
  templateName: "main",
  templateScope: "local/wf",
  startedAtMs: Date.UTC(2026, 0, 1),
  links: { ordinal: 0 },
};
const pod: NodeStatus = {
  id: "wf-1",
  name: "wf[0].a",
  displayName: "a",
  type: "Pod",
  phase: "Succeeded",
  boundaryID: "wf",
  templateRef: { name: "lib", template: "t" },
  startedAtMs: Date.UTC(2026, 0, 1),
  finishedAtMs: Date.UTC(2026, 0, 1, 0, 1),
  message: "",
  daemoned: false,
  attempt: 1,
  progress: "1/1",
  resourcesDuration: { cpu: 3 },
  links: { ordinal: 1, parent: "wf" },
};

function stored(changes: Partial<StoredWorkflow> = {}): StoredWorkflow {
  return {
    uid: "u-1",
    submittedAtMs: Date.UTC(2026, 0, 1),
    bundle: {
      workflow: {
        apiVersion: "argoproj.io/v1alpha1",
        kind: "Workflow",
        metadata: { name: "wf", namespace: "default", labels: { own: "x" } },
        spec: { entrypoint: "main" },
      },
      workflowTemplates: { "namespaced/lib": { templates: [{ name: "t", container: { image: "i" } }] } },
      configMaps: {},
    },
    header,
    nodes: [pod, root],
    ...changes,
  };
}

describe("the Workflow object", () => {
  test("has Argo's shape and nothing of the engine's own", () => {
    expect(toWorkflowObject(stored())).toEqual({
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Workflow",
      metadata: {
        name: "wf",
        namespace: "default",
        uid: "u-1",
        creationTimestamp: "2026-01-01T00:00:00Z",
        labels: {
          own: "x",
          team: "a",
          "workflows.argoproj.io/completed": "false",
          "workflows.argoproj.io/phase": "Running",
        },
      },
      spec: { entrypoint: "main" },
      status: {
        phase: "Running",
        startedAt: "2026-01-01T00:00:01Z",
        finishedAt: null,
        progress: "1/2",
        conditions: [{ type: "PodRunning", status: "True" }],
        resourcesDuration: { cpu: 3 },
        storedTemplates: { "namespaced/lib/t": { name: "t", container: { image: "i" } } },
        nodes: {
          wf: {
            id: "wf",
            name: "wf",
            displayName: "wf",
            type: "Steps",
            phase: "Running",
            templateName: "main",
            templateScope: "local/wf",
            startedAt: "2026-01-01T00:00:00Z",
            finishedAt: null,
            children: ["wf-1"],
            progress: "1/1",
            resourcesDuration: { cpu: 3 },
          },
          "wf-1": {
            id: "wf-1",
            name: "wf[0].a",
            displayName: "a",
            type: "Pod",
            phase: "Succeeded",
            boundaryID: "wf",
            templateRef: { name: "lib", template: "t" },
            startedAt: "2026-01-01T00:00:00Z",
            finishedAt: "2026-01-01T00:01:00Z",
            progress: "1/1",
            resourcesDuration: { cpu: 3 },
            taskResultSynced: true,
          },
        },
      },
    });
  });

  test("shows what was asked of a running workflow in its spec", () => {
    const object = toWorkflowObject(stored({ header: { ...header, suspended: true, shutdown: "Stop" } }));
    expect(object.spec).toEqual({ entrypoint: "main", suspend: true, shutdown: "Stop" });
  });
});

interface ArgoNode {
  readonly id: string;
  readonly type: NodeStatus["type"];
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

const shared = env["CAPSTAN_SHARED"] ?? new URL("../../../../../shared", import.meta.url).pathname;
const folder = `${shared}/argo/vectors/golden`;
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];

test("shows the parameters of a manual retry, where Argo's users look for them", () => {
  const { bundle } = stored();
  const given = {
    parameters: [
      { name: "code", value: "1", enum: ["0", "1"], description: "How it ends" },
      { name: "day", valueFrom: { expression: "'today'" } },
      { name: "text", value: "same" },
    ],
  };
  const spec = { workflowTemplateRef: { name: "lib" }, arguments: given };
  const machine = { parameters: { code: "0", day: "friday", more: "x" } };
  const shown = toWorkflowObject(
    stored({ bundle: { ...bundle, workflow: { ...bundle.workflow, spec } }, header: { ...header, machine } }),
  );
  const parameters = [
    { name: "code", value: "0", enum: ["0", "1"], description: "How it ends" },
    { name: "day", value: "friday" },
    { name: "text", value: "same" },
    { name: "more", value: "x" },
  ];
  expect(shown.spec.arguments).toEqual({ parameters });
  expect(shown.status).toMatchObject({ storedWorkflowTemplateSpec: { arguments: { parameters } } });
});

describe("objects of real runs of Argo", () => {
  test.skipIf(files.length > 0)("golden objects (CAPSTAN_SHARED absent)", () => {});

  test.each(files)("%s comes out as it went in", (file) => {
    const argo = JSON.parse(readFileSync(`${folder}/${file}`, "utf8"));
    const { artifactGCStatus: _gc, artifactRepositoryRef: _repository, ...status } = argo.status;
    const nodes = Object.values<ArgoNode>(status.nodes);
    const object = toWorkflowObject({
      uid: argo.metadata.uid,
      submittedAtMs: parseTimestamp(argo.metadata.creationTimestamp) ?? 0,
      bundle: { workflow: { ...argo, status: undefined }, workflowTemplates: {}, configMaps: {} },
      header: { ...header, ...status, ...times(status), annotations: {}, labels: {} },
      nodes: nodes.map((node) => ({ ...node, ...times(node) }) as unknown as NodeStatus),
    });
    const shown = JSON.parse(JSON.stringify(object));
    expect(shown.metadata).toEqual(argo.metadata);
    expect(withoutSums(shown.status)).toEqual(withoutSums(status));
  });
});

/** Argo's times as the engine's, and Argo's own fields taken away. */
function times(fields: { readonly startedAt: string | null; readonly finishedAt: string | null }): object {
  return {
    startedAtMs: parseTimestamp(fields.startedAt ?? ""),
    finishedAtMs: parseTimestamp(fields.finishedAt ?? ""),
    startedAt: undefined,
    finishedAt: undefined,
  };
}

/** Sums over the nodes are the graph's concern and tested there; here they would be made of sums again. */
function withoutSums(status: { readonly nodes: object }): unknown {
  return JSON.parse(
    JSON.stringify({ ...status, progress: undefined, resourcesDuration: undefined }, (key, value) =>
      key === "progress" || key === "resourcesDuration" ? undefined : value,
    ),
  );
}
