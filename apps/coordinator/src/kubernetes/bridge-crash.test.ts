import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "@capstan/core";
import { startRedis } from "@capstan/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CoordinatorProcess } from "./testing/coordinator-process.ts";
import { type ApiObject, ObjectApiServer } from "./testing/object-api-server.ts";

let redis: Awaited<ReturnType<typeof startRedis>>;
let cluster: ObjectApiServer;
let folder: string;
let running: CoordinatorProcess[];
let starts: number;

beforeEach(async () => {
  [running, starts] = [[], 0];
  redis = await startRedis();
  cluster = new ObjectApiServer();
  const { server } = await cluster.listen();
  folder = await mkdtemp(join(tmpdir(), "capstan-bridge-"));
  const kubeconfig = {
    "current-context": "test",
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
    clusters: [{ name: "test", cluster: { server: server.href } }],
    users: [{ name: "test", user: {} }],
  };
  await writeFile(join(folder, "kubeconfig"), JSON.stringify(kubeconfig));
});

afterEach(async () => {
  await Promise.all(running.map((coordinator) => coordinator.kill()));
  await cluster.close();
  await redis.stop();
  await rm(folder, { recursive: true });
});

async function start(): Promise<CoordinatorProcess> {
  const coordinator = await CoordinatorProcess.start({
    redisUrl: redis.url,
    kubeconfig: join(folder, "kubeconfig"),
    ownerId: `coordinator-${++starts}`,
  });
  running.push(coordinator);
  return coordinator;
}

/** A workflow that needs no agent: it waits until it is resumed. */
const spec = { entrypoint: "main", templates: [{ name: "main", suspend: {} }] };

function apply(name: string, more: JsonObject = {}): ApiObject {
  const type = { apiVersion: "argoproj.io/v1alpha1", kind: "Workflow" };
  return cluster.put("workflows", { ...type, metadata: { name }, spec: { ...spec, ...more } });
}

function edit(name: string, change: JsonObject): void {
  const object = cluster.object("workflows", name);
  if (object === undefined) throw new Error(`no object ${name}`);
  cluster.put("workflows", { ...object, spec: { ...object.spec, ...change } });
}

function phase(name: string, wanted: string): Promise<ApiObject> {
  return cluster.until(() => {
    const object = cluster.object("workflows", name);
    return object?.status?.["phase"] === wanted ? object : undefined;
  });
}

function gone(name: string): Promise<true> {
  return cluster.until(() => (cluster.object("workflows", name) === undefined ? true : undefined));
}

const path = (name: string, verb = "") => `/api/v1/workflows/default/${name}${verb}`;

async function storedAs(coordinator: CoordinatorProcess, name: string, wanted: number): Promise<JsonObject> {
  for (;;) {
    const { status, body } = await coordinator.call("GET", path(name));
    if (status === wanted) return body as JsonObject;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("a coordinator that was killed", { timeout: 60_000 }, () => {
  test("left an end that no object shows: the next one shows it", async () => {
    const first = await start();
    apply("w");
    await phase("w", "Running");
    cluster.intercept = ({ verb }) => (verb === "patch" ? 503 : undefined);
    await first.call("PUT", path("w", "/resume"));
    await storedUntil(first, "w", "Succeeded");
    await first.kill();
    expect(cluster.object("workflows", "w")?.status).toMatchObject({ phase: "Running" });
    cluster.intercept = () => undefined;
    await start();
    const object = await phase("w", "Succeeded");
    expect(object.metadata.labels).toMatchObject({ "workflows.argoproj.io/completed": "true" });
    expect(Object.values(object.status?.["nodes"] ?? {})).toMatchObject([{ type: "Suspend", phase: "Succeeded" }]);
  });

  test("missed what was created, changed and deleted: the next one carries it out", async () => {
    const first = await start();
    for (const name of ["deleted", "suspended", "ended"]) apply(name);
    for (const name of ["deleted", "suspended", "ended"]) await phase(name, "Running");
    await first.kill();
    apply("created");
    cluster.remove("workflows", "deleted");
    edit("suspended", { suspend: true });
    edit("ended", { shutdown: "Terminate" });
    const second = await start();
    await phase("created", "Running");
    await phase("ended", "Failed");
    await storedAs(second, "deleted", 404);
    await cluster.until(() => {
      const { capstan } = (cluster.object("workflows", "suspended")?.status ?? {}) as {
        capstan?: { suspend: boolean };
      };
      return capstan?.suspend || undefined;
    });
    expect(await storedAs(second, "suspended", 200)).toMatchObject({ spec: { suspend: true } });
  });

  test("had deleted a workflow, but not its object: the next one removes that, and runs nothing again", async () => {
    const first = await start();
    apply("w");
    await phase("w", "Running");
    cluster.intercept = ({ verb }) => (verb === "delete" ? 503 : undefined);
    expect((await first.call("DELETE", path("w"))).status).toBe(200);
    await storedAs(first, "w", 404);
    await first.kill();
    cluster.intercept = () => undefined;
    const second = await start();
    await gone("w");
    await storedAs(second, "w", 404);
  });

  test("leaves alone what was submitted over HTTP, also what was made of an object's workflow", async () => {
    const first = await start();
    apply("w");
    await phase("w", "Running");
    const again = await first.call("PUT", path("w", "/resubmit"));
    const { name } = (again.body as { readonly metadata: { readonly name: string } }).metadata;
    await storedAs(first, name, 200);
    await first.kill();
    // What the next one deletes first is looked for in the same sweep.
    cluster.remove("workflows", "w");
    const second = await start();
    await storedAs(second, "w", 404);
    await storedAs(second, name, 200);
  });
});

test("a coordinator that starts writes nothing where nothing has changed", { timeout: 60_000 }, async () => {
  const first = await start();
  for (const name of ["ended", "running"]) apply(name);
  for (const name of ["ended", "running"]) await phase(name, "Running");
  edit("ended", { shutdown: "Terminate" });
  await phase("ended", "Failed");
  await first.stop();
  const before = cluster.requests.length;
  await start();
  // Objects are looked at in the order of their names, so that both have been when this one runs.
  apply("zzz");
  await phase("zzz", "Running");
  const writes = cluster.requests.slice(before).filter((request) => /^patch workflows\/(ended|running)/.test(request));
  expect(writes).toEqual([]);
});

async function storedUntil(coordinator: CoordinatorProcess, name: string, wanted: string): Promise<void> {
  for (;;) {
    const { status } = (await storedAs(coordinator, name, 200)) as { readonly status?: { readonly phase?: string } };
    if (status?.phase === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
