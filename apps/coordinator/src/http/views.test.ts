import { type EventStream, followEvents, type StreamState } from "@capstan/client";
import type { NodeStatus } from "@capstan/core";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createHttpServer } from "./server.ts";
import { FakeWorld } from "./testing/fake-world.ts";
import { hello } from "./testing/manifests.ts";
import type { GraphEvent } from "./views/graph-events.ts";

let world: FakeWorld;
let server: FastifyInstance;
let url: string;
const streams: EventStream[] = [];

beforeEach(async () => {
  world = new FakeWorld();
  server = await createHttpServer(world.dependencies());
  url = await server.listen({ host: "127.0.0.1", port: 0 });
});
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close();
  await server.close();
});

function follow<T>(path: string): { readonly events: T[]; readonly states: StreamState[] } {
  const [events, states]: [T[], StreamState[]] = [[], []];
  streams.push(
    followEvents<T>(`${url}${path}`, {
      onEvent: (event) => events.push(event),
      onState: (state) => states.push(state),
    }),
  );
  return { events, states };
}

async function get(path: string) {
  const response = await fetch(`${url}${path}`);
  return { status: response.status, body: (await response.json()) as never as { [field: string]: never } };
}

async function submit(name: string, namespace = "default"): Promise<string> {
  const response = await fetch(`${url}/api/v1/workflows/${namespace}`, {
    method: "POST",
    body: JSON.stringify({ workflow: hello({ name }) }),
  });
  expect(response.status).toBe(200);
  return world.names.get(`${namespace}/${name}`) ?? "";
}

let ordinal = 0;
function aNode(id: string, fields: Partial<NodeStatus> = {}): NodeStatus {
  return {
    ...{ id, name: `wf.${id}`, displayName: id, type: "Pod", phase: "Running", templateName: "main", attempt: 1 },
    ...{ startedAtMs: 1, links: { ordinal: ordinal++ } },
    ...fields,
  };
}

/** A DAG of two retried attempts. */
function retried(): readonly NodeStatus[] {
  return [
    aNode("dag", { type: "DAG", links: { ordinal: 0 } }),
    aNode("step", { type: "Retry", links: { ordinal: 1, owner: "dag", parent: "dag", slot: "step" } }),
    aNode("step-0", { phase: "Failed", message: "exit code 1", links: { ordinal: 2, owner: "step", parent: "step" } }),
    aNode("step-1", { links: { ordinal: 3, owner: "step", parent: "step" } }),
  ];
}

describe("a graph", () => {
  const path = "/api/v1/capstan/workflows/default/wf/graph";

  test("is told in short, then drawn, then what changes of what is shown", async () => {
    const uid = await submit("wf");
    world.commit(uid, { nodes: retried() });
    const { events } = follow<GraphEvent>(`${path}/stream`);
    await vi.waitFor(() => expect(events).toHaveLength(2));
    expect(events[0]).toMatchObject({ type: "head", head: { phase: "Running" } });
    expect(events[1]).toMatchObject({ type: "snapshot", vertices: [{ id: "dag" }, { id: "step", expanded: false }] });
    world.commit(uid, {
      nodes: [aNode("step-1", { phase: "Succeeded", links: retried()[3]?.links ?? { ordinal: 3 } })],
    });
    await vi.waitFor(() => expect(events).toHaveLength(3));
    expect(events[2]).toMatchObject({
      type: "patch",
      removed: [],
      vertices: [{ id: "dag" }, { id: "step", strip: "fs" }],
    });
    world.commit(uid, { deleted: true });
    await vi.waitFor(() => expect(events.at(-1)).toEqual({ type: "deleted" }));
  });

  test("shows what is in a container that was asked for", async () => {
    const uid = await submit("wf");
    world.commit(uid, { nodes: retried() });
    const { body } = await get(`${path}?expand=step`);
    expect(body["vertices"]).toMatchObject([
      { id: "dag" },
      { id: "step", expanded: true },
      { id: "step-0" },
      { id: "step-1" },
    ]);
  });

  test("survives changes that nobody told of, and a log that forgot some", async () => {
    const uid = await submit("wf");
    world.commit(uid, { nodes: retried() });
    await get(path);
    world.noticesArrive = false;
    world.changes.set(uid, []);
    world.commit(uid, { nodes: [aNode("late", { links: { ordinal: 9, owner: "dag", parent: "dag" } })] });
    const { body } = await get(path);
    expect(body["vertices"]).toContainEqual(expect.objectContaining({ id: "late" }));
  });

  test.each([
    ["/graph?expand=%00", 200],
    [`/graph?expand=${Array.from({ length: 400 }, (_, index) => `x${index}`).join(",")}`, 400],
    ["/graph?at=yesterday", 400],
    ["/find?phase=Great", 400],
    ["/nodes/nobody", 404],
  ])("answers %s with %i", async (rest, status) => {
    await submit("wf");
    expect((await get(`/api/v1/capstan/workflows/default/wf${rest}`)).status).toBe(status);
    expect((await get("/api/v1/capstan/workflows/default/absent/graph")).status).toBe(404);
  });
});

describe("one node", () => {
  test("comes with its attempts, its template and the way to it", async () => {
    const uid = await submit("wf");
    world.commit(uid, { nodes: retried() });
    const { body } = await get("/api/v1/capstan/workflows/default/wf/nodes/step-0");
    expect(body).toMatchObject({
      node: { id: "step-0", phase: "Failed", message: "exit code 1" },
      attempts: [{ id: "step-0" }, { id: "step-1" }],
      template: { name: "main", container: { image: "busybox" } },
      path: [{ id: "dag" }, { id: "step" }],
      pool: "default",
      hasLog: true,
    });
  });

  test("is found by its text, and says what to open", async () => {
    const uid = await submit("wf");
    world.commit(uid, { nodes: retried() });
    const { body } = await get("/api/v1/capstan/workflows/default/wf/find?text=EXIT%20code");
    expect(body).toMatchObject({ total: 1, items: [{ id: "step-0", path: ["dag", "step"] }] });
  });

  test("that made its workflow fail is named, and what was tried again successfully is not", async () => {
    const uid = await submit("wf");
    const [dag, ...rest] = retried();
    world.commit(uid, { nodes: [{ ...dag, phase: "Failed" } as NodeStatus, ...rest] });
    const { body } = await get("/api/v1/capstan/workflows/default/wf/failure-causes");
    expect(body).toMatchObject({ total: 1, items: [{ id: "dag", path: [] }] });
  });

  test("has a log in batches, and as a file", async () => {
    const uid = await submit("wf");
    world.commit(uid, { nodes: retried() });
    const line = (text: string) => ({ atMs: 1, stream: "stdout" as const, container: "main", text });
    world.logs.set(`${uid}.step-0.1`, [line("one"), line("<script>")]);
    const { events } = follow<{ lines: { text: string }[] }>("/api/v1/capstan/workflows/default/wf/nodes/step-0/log");
    await vi.waitFor(() =>
      expect(events.flatMap(({ lines }) => lines.map(({ text }) => text)).slice(0, 2)).toEqual(["one", "<script>"]),
    );
    const file = await fetch(`${url}/api/v1/capstan/workflows/default/wf/nodes/step-0/log.txt`);
    expect(file.headers.get("content-type")).toContain("text/plain");
    expect(file.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await file.text()).toContain("<script>");
  });

  test("has a log that is searched where it is; what is not kept of it is said", async () => {
    const uid = await submit("wf");
    world.commit(uid, { nodes: retried() });
    const found = { atMs: 1, stream: "stdout" as const, container: "main", text: "found", skippedBytes: 7 };
    world.logs.set(`${uid}.step-0.1`, [found]);
    const log = "/api/v1/capstan/workflows/default/wf/nodes/step-0/log";
    const { events } = follow<{ lines: object[] }>(`${log}?search=Fou%20nd&tail=5`);
    await vi.waitFor(() => expect(events[0]).toEqual({ lines: [found] }));
    expect(world.logRequests[0]?.options).toEqual({ follow: false, tailLines: 5, search: "Fou nd" });
    const file = await fetch(`${url}${log}.txt`);
    expect(await file.text()).toBe(
      "[the first 7 bytes of this log are not kept any more]\n1970-01-01T00:00:00Z found\n",
    );
    expect(world.logRequests.at(-1)?.options).toEqual({ follow: false });
  });
});

describe("a list", () => {
  test("is followed: what the filter takes, and what it no longer takes", async () => {
    const { events, states } = follow<{ type: string; items: { name: string }[]; removed: string[] }>(
      "/api/v1/capstan/workflow-list/stream?namespace=default&phase=Running",
    );
    await vi.waitFor(() => expect(states.at(-1)).toEqual({ state: "open" }));
    const uid = await submit("one");
    await submit("elsewhere", "other");
    await vi.waitFor(() => expect(events.flatMap(({ items }) => items.map(({ name }) => name))).toContain("one"));
    expect(events.flatMap(({ items }) => items.map(({ name }) => name))).not.toContain("elsewhere");
    world.commit(uid, { header: { phase: "Succeeded" } });
    await vi.waitFor(() => expect(events.at(-1)?.removed).toContain(uid));
    world.endGap();
    await vi.waitFor(() => expect(events.at(-1)).toEqual({ type: "gap" }));
  });

  test("tells what failed in a workflow, and finds it by that; Argo's message stays what it is", async () => {
    const uid = await submit("wf");
    await submit("other");
    const failed = { phase: "Failed", message: "child 'wf-1' failed", cause: "load: Error (exit code 3)" } as const;
    world.commit(uid, { header: failed });
    const { body } = await get("/api/v1/capstan/workflows?text=EXIT%20code");
    expect(body["items"]).toMatchObject([failed]);
    expect(body["items"]).toHaveLength(1);
    const fields = "items.status.message,items.status.cause";
    expect((await get(`/api/v1/workflows/default?fields=${fields}`)).body["items"]).toContainEqual({
      status: { message: failed.message, cause: failed.cause },
    });
    expect((await get("/api/v1/workflows/default/wf?fields=status")).body["status"]).not.toHaveProperty("cause");
  });

  test("comes in pages, and counts come from the index", async () => {
    for (const name of ["a", "b", "c"]) await submit(name);
    const first = await get("/api/v1/capstan/workflows?limit=2");
    expect(first.body["items"]).toHaveLength(2);
    const rest = await get(`/api/v1/capstan/workflows?limit=2&continue=${String(first.body["continue"])}`);
    expect(rest.body["items"]).toHaveLength(1);
    expect((await get("/api/v1/capstan/workflows?text=B")).body["items"]).toMatchObject([{ name: "b" }]);
    expect((await get("/api/v1/capstan/workflow-counts")).body["counts"]).toMatchObject({ Running: 3 });
  });
});
