import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject, NodeStatus } from "@capstan/core";
import { KubeClient } from "@capstan/kubernetes";
import { parseManifests } from "@capstan/manifest";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FakeWorld, realClock } from "../http/testing/fake-world.ts";
import { silentLogger } from "../logger.ts";
import { KubernetesResourceStore } from "./kubernetes-resource-store.ts";
import { ObjectAdmission } from "./object-admission.ts";
import { SeedObjects } from "./seed-objects.ts";
import { type ApiObject, ObjectApiServer } from "./testing/object-api-server.ts";
import { WorkflowBridge } from "./workflow-bridge.ts";

let cluster: ObjectApiServer;
let world: FakeWorld;
let client: KubeClient;
let bridge: WorkflowBridge;

beforeEach(async () => {
  cluster = new ObjectApiServer();
  world = new FakeWorld();
  client = new KubeClient(await cluster.listen(), { userAgent: "test" });
  bridge = bridgeOver([0, 1, 2, 3]);
  await bridge.start();
});

afterEach(async () => {
  await bridge.stop();
  client.close();
  await cluster.close();
});

function bridgeOver(shards: readonly number[], namespace?: string): WorkflowBridge {
  const resources = new KubernetesResourceStore(client);
  const dependencies = world.dependencies({ resources });
  return new WorkflowBridge({
    ...{ client, clock: realClock, logger: silentLogger, shardCount: 4, headers: world.headers },
    inbox: dependencies.inbox,
    reader: dependencies.reader,
    admission: new ObjectAdmission(dependencies, new SeedObjects(client, resources)),
    ownedShards: () => shards,
    ...(namespace !== undefined && { namespace }),
  });
}

const spec = { entrypoint: "main", templates: [{ name: "main", suspend: {} }] };

function apply(name: string, more: JsonObject = {}): ApiObject {
  const type = { apiVersion: "argoproj.io/v1alpha1", kind: "Workflow" };
  return cluster.put("workflows", { ...type, metadata: { name }, spec: { ...spec, ...more } });
}

/** The object once its status is as wanted; `message` is a part of it. */
function shown(name: string, phase: string, message = ""): Promise<ApiObject> {
  return cluster.until(() => {
    const object = cluster.object("workflows", name);
    const { status } = object ?? {};
    return status?.["phase"] === phase && String(status["message"] ?? "").includes(message) ? object : undefined;
  });
}

const uidOf = (name: string): string => cluster.object("workflows", name)?.metadata.uid ?? "";

/** The older tutorial's three manifests, as they are; or under another name, calling another template. */
function applySeed(file: "myworkflow" | "mytask" | "mytaskpod", name = file as string, callee = "mytask"): void {
  const folder = join(import.meta.dirname, "..", "..", "..", "..", "examples", "seed");
  const text = readFileSync(join(folder, `${file}.yaml`), "utf8").replaceAll(
    "template: mytask\n",
    `template: ${callee}\n`,
  );
  const [document] = parseManifests(text).documents;
  if (document === undefined) throw new Error(`no manifest in ${file}`);
  const plural = { myworkflow: "workflows", mytask: "workflowtemplates", mytaskpod: "jobs" }[file];
  const object = document.object as unknown as ApiObject;
  cluster.put(plural, { ...object, metadata: { ...object.metadata, name } });
}

describe("a status", () => {
  test("follows the commits although their notices were lost", async () => {
    apply("w");
    await shown("w", "Running");
    world.noticesArrive = false;
    world.commit(uidOf("w"), { header: { phase: "Succeeded" } });
    world.endGap();
    await shown("w", "Succeeded");
  });

  test("is written once for what happened, and not again for being seen", async () => {
    // What the watch told of a write has been seen when a workflow that came later runs.
    const seen = async (later: string) => {
      apply(later);
      await shown(later, "Running");
    };
    apply("w");
    await shown("w", "Running");
    await seen("a");
    world.commit(uidOf("w"), { header: { phase: "Succeeded" } });
    await shown("w", "Succeeded");
    await seen("b");
    expect(cluster.count("patch workflows/w")).toBe(2);
  });

  test("is put back where somebody took it away", async () => {
    const object = apply("w");
    await shown("w", "Running");
    cluster.put("workflows", { ...object, metadata: { name: "w" } });
    await shown("w", "Running");
  });

  test.each([
    { what: "the API server", refusal: 413 },
    { what: "etcd", refusal: { status: 500, message: "etcdserver: request is too large" } },
  ])("comes without its nodes where the object would be too large for $what", async ({ refusal }) => {
    apply("w");
    await shown("w", "Running");
    let refusals = 0;
    cluster.intercept = ({ verb }) => (verb === "patch" && refusals++ === 0 ? refusal : undefined);
    const node: NodeStatus = { id: "n", name: "n", displayName: "n", type: "Pod", phase: "Succeeded" };
    world.commit(uidOf("w"), { header: { phase: "Succeeded", progress: "1/1" }, nodes: [node] });
    const { status } = await shown("w", "Succeeded");
    expect(status).toMatchObject({ progress: "1/1", conditions: [{ type: "NodesOmitted" }] });
    expect(status?.["nodes"]).toBeUndefined();
  });

  test("says what the cluster does not allow, and the workflow runs when it does", async () => {
    cluster.intercept = ({ plural }) => (plural === "workflowtemplates" ? 403 : undefined);
    cluster.put("workflows", { metadata: { name: "w" }, spec: { workflowTemplateRef: { name: "t" } } });
    await shown("w", "Pending", "does not allow");
    cluster.put("workflowtemplates", { metadata: { name: "t" }, spec });
    cluster.intercept = () => undefined;
    await shown("w", "Running");
  });
});

describe("the cluster's Events", () => {
  const node: NodeStatus = {
    id: "n",
    name: "w",
    displayName: "w",
    type: "Pod",
    phase: "Failed",
    message: "exit code 3",
  };
  const told = (reason: string) =>
    cluster.until(() => cluster.objects("events").find((event) => (event as { reason?: string }).reason === reason));

  test("tell of a workflow's start and end, and of what failed in it", async () => {
    apply("w");
    expect(await told("WorkflowRunning")).toMatchObject({
      involvedObject: { kind: "Workflow", name: "w", namespace: "default", uid: uidOf("w") },
    });
    world.commit(uidOf("w"), { header: { phase: "Failed", message: "child failed" }, nodes: [node] });
    await told("WorkflowFailed");
    expect(cluster.objects("events")).toMatchObject([
      { type: "Normal", reason: "WorkflowRunning" },
      { type: "Warning", reason: "WorkflowNodeFailed", message: "Failed node w: exit code 3" },
      { type: "Warning", reason: "WorkflowFailed", message: "child failed" },
    ]);
  });

  test("tell of a manifest that cannot run", async () => {
    apply("w", { entrypoint: "none" });
    const { status } = await shown("w", "Error");
    expect(await told("WorkflowFailed")).toMatchObject({ type: "Warning", message: status?.["message"] });
  });

  test("are left out where they may not be created, and the status is written", async () => {
    cluster.intercept = ({ plural }) => (plural === "events" ? 403 : undefined);
    apply("w");
    await shown("w", "Running");
    world.commit(uidOf("w"), { header: { phase: "Succeeded" } });
    await shown("w", "Succeeded");
    expect(cluster.count("create events/")).toBeLessThanOrEqual(1);
  });
});

describe("a change of the spec", () => {
  const edit = (name: string, suspend: boolean) => {
    const object = cluster.object("workflows", name);
    cluster.put("workflows", { ...object, metadata: { name, ...object?.metadata }, spec: { ...spec, suspend } });
  };
  const asked = () => world.events.map(({ event }) => event.type);
  const noted = (name: string, suspend: boolean) =>
    cluster.until(() => {
      const { capstan } = (cluster.object("workflows", name)?.status ?? {}) as { capstan?: { suspend: boolean } };
      return capstan?.suspend === suspend ? true : undefined;
    });

  test("that is taken back before the status tells of it is carried out, and taken back", async () => {
    apply("w");
    await shown("w", "Running");
    edit("w", true);
    // The next status is written a second after the last.
    await expect.poll(asked).toEqual(["suspend-requested"]);
    edit("w", false);
    await expect.poll(asked).toEqual(["suspend-requested", "resume-requested"]);
    world.commit(uidOf("w"), { header: { progress: "1/2" } });
    await cluster.until(() => (cluster.object("workflows", "w")?.status?.["progress"] === "1/2" ? true : undefined));
    expect(cluster.object("workflows", "w")?.spec).toMatchObject({ suspend: false });
    expect(asked()).toHaveLength(2);
  });

  test("is overruled by a later request over the API, and not repeated", async () => {
    apply("w");
    await shown("w", "Running");
    edit("w", true);
    await expect.poll(asked).toEqual(["suspend-requested"]);
    world.commit(uidOf("w"), { header: { suspended: false } });
    await noted("w", false);
    await cluster.until(() => (cluster.object("workflows", "w")?.spec?.["suspend"] === undefined ? true : undefined));
    apply("later");
    await shown("later", "Running");
    expect(asked()).toEqual(["suspend-requested"]);
  });

  test("is noted once it is carried out", async () => {
    apply("w");
    await shown("w", "Running");
    edit("w", true);
    await noted("w", true);
    edit("w", false);
    await noted("w", false);
    expect(asked()).toEqual(["suspend-requested", "resume-requested"]);
  });
});

describe("an object", () => {
  test("is one shard's, and only its owner acts", async () => {
    await bridge.stop();
    bridge = bridgeOver([]);
    const other = bridgeOver([0, 1, 2, 3]);
    await Promise.all([bridge.start(), other.start()]);
    apply("w");
    await shown("w", "Running");
    expect(cluster.count("patch workflows/w")).toBe(1);
    await other.stop();
  });

  test("goes when its workflow is deleted before it showed anything, and is not run again", async () => {
    cluster.intercept = ({ verb }) => (verb === "patch" ? 503 : undefined);
    const { metadata } = apply("w");
    await cluster.until(() => cluster.count("patch workflows/w") || undefined);
    world.commit(metadata.uid ?? "", { deleted: true });
    await cluster.until(() => (cluster.object("workflows", "w") === undefined ? true : undefined));
    expect(world.workflows.size).toBe(0);
  });

  test("does not answer for workflows of namespaces that are not watched", async () => {
    apply("w");
    await shown("w", "Running");
    await bridge.stop();
    bridge = bridgeOver([0, 1, 2, 3], "elsewhere");
    cluster.put("workflows", { metadata: { name: "mine", namespace: "elsewhere" }, spec });
    await bridge.start();
    await cluster.until(() => cluster.object("workflows", "mine", "elsewhere")?.status);
    expect([...world.workflows.values()].map(({ bundle }) => bundle.workflow.metadata.name).sort()).toEqual([
      "mine",
      "w",
    ]);
  });
});

describe("a workflow of the older tutorial", () => {
  test("waits for what is missing, one after the other, and names it", async () => {
    applySeed("myworkflow");
    await shown("myworkflow", "Pending", `"mytask"`);
    applySeed("mytask");
    await shown("myworkflow", "Pending", `"mytaskpod"`);
    applySeed("mytaskpod");
    await shown("myworkflow", "Pending", "{{.values.input}}");
    cluster.put("configmaps", { metadata: { name: "capstan-values" }, data: { input: "hello" } });
    await shown("myworkflow", "Running");
  });

  test("does not miss what comes between its look and its wait", async () => {
    cluster.put("configmaps", { metadata: { name: "capstan-values" }, data: { input: "hello" } });
    applySeed("mytask");
    // Somebody waits all the time, so that nobody's wait begins with a list of what is there.
    applySeed("myworkflow", "keeper", "nowhere");
    await shown("keeper", "Pending", `"nowhere"`);
    // It waits for the same Job: when it runs, the Job's arrival has been told to everybody who listens.
    applySeed("myworkflow", "first");
    await shown("first", "Pending", `"mytaskpod"`);
    const told = shown("first", "Running");
    let looks = 0;
    cluster.intercept = async ({ verb, plural }) => {
      if (verb !== "get" || plural !== "configmaps" || looks++ > 0) return undefined;
      // The Job has been looked for and was not there; the values are looked for last.
      applySeed("mytaskpod");
      await told;
      return undefined;
    };
    applySeed("myworkflow", "second");
    await shown("second", "Running");
  });

  test("looks again when something comes, not all the time", async () => {
    for (const file of ["mytask", "mytaskpod"] as const) applySeed(file);
    cluster.put("configmaps", { metadata: { name: "capstan-values" }, data: { other: "value" } });
    applySeed("myworkflow");
    await shown("myworkflow", "Pending", "{{.values.input}}");
    const looks = () => cluster.count("get configmaps/capstan-values");
    const before = looks();
    for (const name of ["a", "b", "c"]) {
      apply(name);
      await shown(name, "Running");
    }
    expect(looks() - before).toBeLessThan(4);
    expect(cluster.count("list configmaps/")).toBe(1);
    cluster.put("configmaps", { metadata: { name: "capstan-values" }, data: { input: "hello" } });
    await shown("myworkflow", "Running");
  });
});
