import { connect } from "node:net";
import { type NodeStatus, taskId } from "@capstan/core";
import { VirtualTime } from "@capstan/testkit";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { limits } from "./limits.ts";
import { createHttpServer } from "./server.ts";
import { FakeWorld } from "./testing/fake-world.ts";

let world: FakeWorld;
let server: FastifyInstance;
let url: string;
const open = new Set<AbortController>();

beforeEach(async () => {
  world = new FakeWorld();
  server = await createHttpServer(world.dependencies());
  url = await server.listen({ host: "127.0.0.1", port: 0 });
});
afterEach(async () => {
  for (const controller of open) controller.abort();
  open.clear();
  await server.close();
});

interface Frame {
  readonly type?: string;
  readonly header?: { readonly phase: string };
  readonly nodes?: readonly { readonly id: string; readonly message?: string }[];
  readonly more?: boolean;
  readonly deleted?: boolean;
  readonly result?: {
    readonly type?: string;
    readonly object?: { readonly metadata: { readonly name: string }; readonly status?: { readonly phase: string } };
    readonly content?: string;
    readonly podName?: string;
  };
  readonly error?: { readonly message: string };
}

/** A stream's frames, one at a time. */
class Reading {
  readonly #frames: AsyncGenerator<Frame>;
  readonly controller: AbortController;

  constructor(path: string, accept = "text/event-stream") {
    this.controller = new AbortController();
    open.add(this.controller);
    this.#frames = frames(path, accept, this.controller.signal);
  }

  async next(): Promise<Frame> {
    const { value, done } = await this.#frames.next();
    if (done === true) throw new Error("the stream has ended");
    return value;
  }

  async nextWhere(isWanted: (frame: Frame) => boolean | undefined): Promise<Frame> {
    for (;;) {
      const frame = await this.next();
      if (isWanted(frame) === true) return frame;
    }
  }

  async rest(): Promise<readonly Frame[]> {
    const rest: Frame[] = [];
    for await (const frame of this.#frames) rest.push(frame);
    return rest;
  }
}

async function* frames(path: string, accept: string, signal: AbortSignal): AsyncGenerator<Frame> {
  const response = await fetch(`${url}${path}`, { headers: { accept }, signal });
  if (!response.ok) throw new Error(await response.text());
  const separator = response.headers.get("content-type")?.includes("event-stream") ? "\n\n" : "\n";
  let text = "";
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const parts = text.split(separator);
    text = parts.pop() ?? "";
    for (const part of parts) {
      const json = part.replace(/^data: /, "");
      if (json !== "" && !json.startsWith(":")) yield JSON.parse(json) as Frame;
    }
  }
}

async function submit(name: string, namespace = "default", labels = {}): Promise<string> {
  const spec = { entrypoint: "a", templates: [{ name: "a", container: { image: "busybox", command: ["true"] } }] };
  const workflow = { apiVersion: "argoproj.io/v1alpha1", kind: "Workflow", metadata: { name, labels }, spec };
  const response = await fetch(`${url}/api/v1/workflows/${namespace}`, {
    method: "POST",
    body: JSON.stringify({ workflow }),
  });
  expect(response.status).toBe(200);
  return world.names.get(`${namespace}/${name}`) ?? "";
}

function aPod(id: string, fields: Partial<NodeStatus> = {}): NodeStatus {
  return {
    id,
    name: `wf.${id}`,
    displayName: id,
    type: "Pod",
    phase: "Running",
    templateName: "a",
    attempt: 1,
    startedAtMs: 1,
    ...fields,
  };
}

describe("changes", () => {
  const path = "/api/v1/capstan/workflows/default/wf/changes";

  test("a snapshot, then what changes, then the deletion", async () => {
    const uid = await submit("wf");
    world.commit(uid, { nodes: [aPod("a")] });
    const reading = new Reading(path, "*/*");
    expect(await reading.next()).toMatchObject({
      type: "snapshot",
      header: { phase: "Running" },
      nodes: [{ id: "a" }],
    });
    world.commit(uid, { nodes: [aPod("b")] });
    expect(await reading.next()).toMatchObject({ type: "change", nodes: [{ id: "b" }] });
    world.commit(uid, { header: { phase: "Succeeded", finishedAtMs: 2 } });
    expect(await reading.next()).toMatchObject({ header: { phase: "Succeeded" }, nodes: [] });
    world.commit(uid, { deleted: true });
    expect((await reading.rest()).at(-1)).toMatchObject({ deleted: true });
  });

  test("a large workflow's snapshot comes in parts", async () => {
    const uid = await submit("wf");
    world.commit(uid, { nodes: Array.from({ length: 2_500 }, (_, index) => aPod(`n${index}`)) });
    const reading = new Reading(path);
    const parts = [await reading.next(), await reading.next(), await reading.next()];
    expect(parts.map((part) => [part.nodes?.length, part.more])).toEqual([
      [1_000, true],
      [1_000, true],
      [500, undefined],
    ]);
  });

  test("who missed changes gets a new snapshot", async () => {
    const uid = await submit("wf");
    const reading = new Reading(path);
    expect(await reading.next()).toMatchObject({ type: "snapshot" });
    world.changes.set(uid, []);
    world.commit(uid, { nodes: [aPod("a")] });
    expect(await reading.next()).toMatchObject({ type: "snapshot", nodes: [{ id: "a" }] });
  });

  test("a workflow that is not there is a 404, not a stream", async () => {
    expect((await fetch(`${url}${path}`)).status).toBe(404);
  });

  test("a client that goes leaves nothing behind", async () => {
    const uid = await submit("wf");
    const readings = Array.from({ length: 20 }, () => new Reading(path));
    await Promise.all(readings.map((reading) => reading.next()));
    for (const reading of readings) reading.controller.abort();
    world.commit(uid, { nodes: [aPod("a")] });
    await vi.waitFor(() => expect(server.openStreams.count).toBe(0));
  });

  test("a client that does not read holds up its own stream only, in bounded memory", async () => {
    const uid = await submit("wf");
    const stalled = connect(Number(new URL(url).port), "127.0.0.1");
    stalled.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n`);
    await new Promise((resolve) => stalled.once("data", resolve));
    stalled.pause();
    const large = "x".repeat(100_000);
    const reading = new Reading(path);
    await reading.next();
    const before = process.memoryUsage().rss;
    for (let index = 0; index < 1_000; index++) {
      world.commit(uid, { nodes: [aPod("a", { message: `${index}${large}` })] });
      world.changes.set(uid, (world.changes.get(uid) ?? []).slice(-10));
      if (index % 10 === 9) await reading.nextWhere((frame) => frame.nodes?.[0]?.message?.startsWith(`${index}x`));
    }
    // 100 MB went by; what the stalled client did not take is not kept for it.
    expect(process.memoryUsage().rss - before).toBeLessThan(70 * 1024 * 1024);
    stalled.destroy();
  }, 30_000);

  test("a connection on which nothing is said is tried, one on which something is said is not", async () => {
    const time = new VirtualTime();
    const quiet = await createHttpServer(world.dependencies({ clock: time }));
    const quietUrl = await quiet.listen({ host: "127.0.0.1", port: 0 });
    const uid = await submit("wf");
    const stopped = new AbortController();
    const response = await fetch(`${quietUrl}${path}`, { signal: stopped.signal });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain("snapshot");
    await time.advance(limits.keepAliveMs);
    world.commit(uid, { nodes: [aPod("a")] });
    await time.advance(limits.keepAliveMs);
    expect((await reader?.read())?.value).toContain('"id":"a"');
    await time.advance(limits.keepAliveMs);
    await time.advance(limits.keepAliveMs);
    expect((await reader?.read())?.value).toBe(":\n\n");
    stopped.abort();
    await quiet.close();
  });

  test("the server closes while streams are open", async () => {
    await submit("wf");
    const reading = new Reading(path);
    await reading.next();
    const ended = reading.rest();
    await server.close();
    expect(await ended).toEqual([]);
    expect(world.listenerCount).toBe(0);
  });
});

describe("watching as Argo does", () => {
  test("one workflow by name", async () => {
    const uid = await submit("wf");
    await submit("other");
    const reading = new Reading("/api/v1/workflow-events/default?listOptions.fieldSelector=metadata.name%3Dwf");
    expect(await reading.next()).toMatchObject({ result: { type: "ADDED", object: { metadata: { name: "wf" } } } });
    world.commit(world.names.get("default/other") ?? "", { header: { phase: "Failed" } });
    world.commit(uid, { header: { phase: "Succeeded", finishedAtMs: 5 } });
    expect(await reading.next()).toMatchObject({
      result: { type: "MODIFIED", object: { metadata: { name: "wf" }, status: { phase: "Succeeded" } } },
    });
    world.commit(uid, { deleted: true });
    expect(await reading.next()).toMatchObject({ result: { type: "DELETED", object: { metadata: { name: "wf" } } } });
  });

  test("one that is not there is no stream: argo wait would wait for ever", async () => {
    const path = "/api/v1/workflow-events/default?listOptions.fieldSelector=metadata.name%3Dnope";
    await expect(new Reading(path).next()).rejects.toThrow('"code":5');
  });

  test("a namespace: what is there, what comes, what changes; by label; one document a line", async () => {
    await submit("a", "default", { team: "x" });
    await submit("far", "other", { team: "x" });
    const reading = new Reading(
      "/api/v1/workflow-events/default?listOptions.labelSelector=team%3Dx",
      "application/json",
    );
    expect(await reading.next()).toMatchObject({ result: { type: "ADDED", object: { metadata: { name: "a" } } } });
    await submit("unlabelled");
    await submit("b", "default", { team: "x" });
    expect(await reading.next()).toMatchObject({ result: { type: "ADDED", object: { metadata: { name: "b" } } } });
    world.commit(world.names.get("default/a") ?? "", { header: { phase: "Failed" } });
    expect(await reading.next()).toMatchObject({ result: { type: "MODIFIED", object: { metadata: { name: "a" } } } });
  });

  test("who has listed is told only what is new, and only the fields asked for", async () => {
    await submit("a");
    const fields = "fields=result.type,result.object.metadata.name,result.object.status.phase";
    const reading = new Reading(`/api/v1/workflow-events/default?listOptions.resourceVersion=7&${fields}`);
    const first = reading.next();
    await vi.waitFor(() => expect(world.listCount).toBeGreaterThan(0));
    await submit("b");
    expect(await first).toEqual({
      result: { type: "ADDED", object: { metadata: { name: "b" }, status: { phase: "Running" } } },
    });
    world.commit(world.names.get("default/a") ?? "", { header: { phase: "Failed" } });
    expect(await reading.next()).toMatchObject({ result: { type: "MODIFIED", object: { metadata: { name: "a" } } } });
  });

  test("many changes while the client is busy are one event", async () => {
    const uid = await submit("wf");
    const reading = new Reading("/api/v1/workflow-events/default?listOptions.fieldSelector=metadata.name%3Dwf");
    await reading.next();
    for (let index = 1; index <= 500; index++) world.commit(uid, { header: { progress: `${index}/500` } });
    world.commit(uid, { header: { phase: "Succeeded", finishedAtMs: 5 } });
    let events = 0;
    let phase: string | undefined;
    while (phase !== "Succeeded") {
      phase = (await reading.next()).result?.object?.status?.phase;
      events++;
    }
    expect(events).toBeLessThan(10);
  });
});

describe("logs", () => {
  const lines = (podId: string, ...texts: readonly string[]) =>
    texts.map((text, index) => ({
      atMs: 1_000 * index + podId.length,
      stream: "stdout" as const,
      container: "main",
      text,
    }));

  test("of all pods in order of time", async () => {
    const uid = await submit("wf");
    world.commit(uid, { nodes: [aPod("wf-1"), aPod("wf-2"), aPod("waiting", { phase: "Pending", attempt: 0 })] });
    world.logs.set(taskId(uid, "wf-1", 1), lines("a", "a1", "a2"));
    world.logs.set(taskId(uid, "wf-2", 1), lines("bb", "b1", "b2"));
    const frames = await new Reading("/api/v1/workflows/default/wf/log").rest();
    expect(frames.map((frame) => frame.result?.content)).toEqual(["a1", "b1", "a2", "b2"]);
    expect(frames[0]?.result?.podName).toBe("wf-a-1");
  });

  test("of one pod, filtered, with the options passed on", async () => {
    const uid = await submit("wf");
    world.commit(uid, { nodes: [aPod("a"), aPod("bb")] });
    world.logs.set(taskId(uid, "a", 1), lines("a", "one", "two", "three"));
    const query = "logOptions.container=main&logOptions.tailLines=5&logOptions.timestamps=true&grep=^t";
    const frames = await new Reading(`/api/v1/workflows/default/wf/a/log?${query}`).rest();
    expect(frames.map((frame) => frame.result?.content)).toEqual([
      "1970-01-01T00:00:01Z two",
      "1970-01-01T00:00:02Z three",
    ]);
    expect(world.logRequests).toEqual([
      { taskId: taskId(uid, "a", 1), options: { follow: false, container: "main", tailLines: 5 } },
    ]);
  });

  test("argo logs --since-time --since 300h: times as argo writes them", async () => {
    const uid = await submit("wf");
    world.commit(uid, { nodes: [aPod("a")] });
    world.logs.set(taskId(uid, "a", 1), []);
    await new Reading("/api/v1/workflows/default/wf/log?logOptions.sinceTime=2026-11-26T00:00:00Z").rest();
    await new Reading("/api/v1/workflows/default/wf/log?logOptions.sinceSeconds=1.08e%2B06").rest();
    const [byTime, bySeconds] = world.logRequests.map(({ options }) => options.sinceMs);
    expect(byTime).toBe(Date.UTC(2026, 10, 26));
    expect(bySeconds).toBeLessThanOrEqual(Date.now() - 1_080_000_000);
    await expect(new Reading("/api/v1/workflows/default/wf/log?logOptions.sinceTime=noon").next()).rejects.toThrow(
      "noon",
    );
    await expect(new Reading("/api/v1/workflows/default/wf/log?logOptions.tailLines=1.5").next()).rejects.toThrow(
      "whole",
    );
  });

  test("argo logs -l: by the labels that the manifest gives the Pods", async () => {
    const uid = await submit("wf");
    const stored = world.workflows.get(uid);
    const { workflow } = stored?.bundle ?? {};
    if (stored === undefined || workflow === undefined) throw new Error("no workflow");
    const templates = [{ name: "other", metadata: { labels: { app: "x" } } }, ...(workflow.spec.templates ?? [])];
    const spec = { ...workflow.spec, templates, podMetadata: { labels: { team: "a" } } };
    world.workflows.set(uid, { ...stored, bundle: { ...stored.bundle, workflow: { ...workflow, spec } } });
    world.commit(uid, { nodes: [aPod("a"), aPod("b", { templateName: "other" })] });
    for (const id of ["a", "b"]) world.logs.set(taskId(uid, id, 1), lines(id, id));
    const logsOf = async (selector: string) => {
      const path = `/api/v1/workflows/default/wf/log?selector=${encodeURIComponent(selector)}`;
      return (await new Reading(path).rest()).map((frame) => frame.result?.content);
    };
    expect(await logsOf("app=x")).toEqual(["b"]);
    expect(await logsOf("team=a,workflows.argoproj.io/workflow=wf")).toEqual(["a", "b"]);
    expect(await logsOf("team!=a")).toEqual([]);
    await expect(logsOf("not a selector")).rejects.toThrow("label selector");
  });

  test("followed: pods that start later too, to the workflow's end", async () => {
    const uid = await submit("wf");
    world.logs.set(taskId(uid, "a", 1), lines("a", "a1"));
    world.logs.set(taskId(uid, "late", 1), lines("late", "late1"));
    world.commit(uid, { nodes: [aPod("a")] });
    const reading = new Reading("/api/v1/workflows/default/wf/log?logOptions.follow=true");
    expect((await reading.next()).result?.content).toBe("a1");
    world.commit(uid, { nodes: [aPod("late")] });
    expect((await reading.next()).result?.content).toBe("late1");
    world.commit(uid, { header: { phase: "Succeeded", finishedAtMs: 9 } });
    expect(await reading.rest()).toEqual([]);
  });

  test("followed: a pod that is run again has another log", async () => {
    const uid = await submit("wf");
    world.logs.set(taskId(uid, "a", 1), lines("a", "first"));
    world.logs.set(taskId(uid, "a", 2), lines("a", "second"));
    world.commit(uid, { nodes: [aPod("a")] });
    const reading = new Reading("/api/v1/workflows/default/wf/log?logOptions.follow=true");
    expect((await reading.next()).result?.content).toBe("first");
    world.commit(uid, { nodes: [aPod("a", { attempt: 2 })] });
    expect((await reading.next()).result?.content).toBe("second");
  });

  test("that no agent has are an error at the end, after what could be read", async () => {
    const uid = await submit("wf");
    world.commit(uid, { nodes: [aPod("a"), aPod("lost")] });
    world.logs.set(taskId(uid, "a", 1), lines("a", "a1"));
    const frames = await new Reading("/api/v1/workflows/default/wf/log").rest();
    expect(frames[0]?.result?.content).toBe("a1");
    expect(frames[1]?.error?.message).toContain("no agent has it");
  });

  test("a grep that is no expression, or an evil one", async () => {
    const uid = await submit("wf");
    world.commit(uid, { nodes: [aPod("a")] });
    world.logs.set(taskId(uid, "a", 1), lines("a", `${"a".repeat(5_000)}!`));
    expect((await fetch(`${url}/api/v1/workflows/default/wf/log?grep=%5B`)).status).toBe(400);
    expect(await new Reading("/api/v1/workflows/default/wf/log?grep=(a%2B)%2B%24").rest()).toEqual([]);
  });
});
