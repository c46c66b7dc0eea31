import type { Clock, WorkflowHeader } from "@capstan/core";
import { beforeEach, expect, test } from "vitest";
import { ChangeFeed } from "../change-feed.ts";
import { limits } from "../limits.ts";
import { FakeWorld } from "../testing/fake-world.ts";
import { followGraph } from "./follow-graph.ts";
import type { GraphEvent } from "./graph-events.ts";
import { WorkflowViews } from "./workflow-views.ts";

const place = { namespace: "default", name: "wf", uid: "uid-1", shard: 0 };
const head = { header: { phase: "Running", progress: "0/9", suspended: false } as WorkflowHeader };
const nothingOpened = { expand: new Set<string>(), collapse: new Set<string>() };

let world: FakeWorld;
/** How long drawings take, one after the other; then none takes any time. */
let drawingsMs: number[];
let pausesMs: number[];
let stopped: AbortController;
let feed: ChangeFeed;
let views: WorkflowViews;

beforeEach(() => {
  [world, drawingsMs, pausesMs, stopped] = [new FakeWorld(), [], [], new AbortController()];
  const metadata = { name: place.name, namespace: place.namespace, uid: place.uid };
  const workflow = { apiVersion: "argoproj.io/v1alpha1", kind: "Workflow", metadata, spec: {} } as const;
  world.create({ workflow, workflowTemplates: {}, configMaps: {} });
});

async function follow(): Promise<AsyncGenerator<GraphEvent>> {
  let looks = 0;
  let nowMs = 0;
  const clock: Clock = {
    // It is looked at before and after a drawing.
    nowMs: () => {
      if (looks++ % 2 === 1) nowMs += drawingsMs.shift() ?? 0;
      return nowMs;
    },
    sleep: async (delayMs) => void pausesMs.push(delayMs),
  };
  const dependencies = world.dependencies({ clock });
  feed = await ChangeFeed.open(dependencies.reader);
  views = new WorkflowViews(dependencies);
  return followGraph({ dependencies, feed, views }, { place, head }, nothingOpened, stopped.signal);
}

/** The pause before each picture but the first, where something changes after every one. */
async function pausesOf(drawings: readonly number[]): Promise<readonly number[]> {
  drawingsMs = [...drawings];
  const events = await follow();
  await events.next();
  await events.next();
  for (let index = 1; index < drawings.length; index++) {
    world.commit(place.uid, { header: { progress: `${index}/9` } });
    expect((await events.next()).value).toMatchObject({ type: "patch", head: { progress: `${index}/9` } });
  }
  stopped.abort();
  await events.next();
  return pausesMs.slice(0, drawings.length - 1);
}

const usualMs = limits.graphPauseMs;

test.each([
  { drawings: [1, 1, 1], pauses: [usualMs, usualMs], why: "ten pictures a second" },
  {
    drawings: [900, 1, 1],
    pauses: [usualMs, usualMs],
    why: "the first drawing, in a cold process, holds up no change",
  },
  { drawings: [1, 900, 1, 1], pauses: [usualMs, usualMs, usualMs], why: "nor does one that had to wait" },
  { drawings: [80, 90, 70, 1], pauses: [usualMs, 160, 140], why: "drawing that is slow takes a third of the time" },
])("$why", async ({ drawings, pauses }) => {
  expect(await pausesOf(drawings)).toEqual(pauses);
});

test("a workflow that is gone ends it", async () => {
  const events = await follow();
  await events.next();
  expect((await events.next()).value).toMatchObject({ type: "snapshot" });
  world.commit(place.uid, { deleted: true });
  expect(await events.next()).toEqual({ done: false, value: { type: "deleted" } });
  expect((await events.next()).done).toBe(true);
  expect(feed.listenerCount).toBe(0);
});

test("how a workflow is, is told before its nodes are read, and not where that was done before", async () => {
  world.commit(place.uid, { nodes: [{ id: "a", name: "wf.a", displayName: "a", type: "Pod", phase: "Running" }] });
  const events = await follow();
  expect((await events.next()).value).toEqual({
    ...{ type: "head", head: { phase: "Running", progress: "0/9", suspended: false } },
  });
  expect(views.nodeCount).toBe(0);
  expect((await events.next()).value).toMatchObject({ type: "snapshot", vertices: [{ id: "a" }] });
  const dependencies = world.dependencies();
  const again = followGraph({ dependencies, feed, views }, { place, head }, nothingOpened, stopped.signal);
  expect((await again.next()).value).toMatchObject({ type: "snapshot" });
});
