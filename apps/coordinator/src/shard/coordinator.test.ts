import { aWorkflow } from "@capstan/testkit";
import { beforeEach, describe, expect, test } from "vitest";
import { MemoryWorld } from "./testing/memory-coordinator.ts";

const hello = aWorkflow("hello").container("main").bundle();

describe("a coordinator", () => {
  let world: MemoryWorld;
  beforeEach(() => {
    world = new MemoryWorld();
  });

  test("takes a workflow from its submit to its end", async () => {
    await world.coordinator("a").start();
    await world.submit(hello);
    const [task] = await world.pullAll();
    expect(task).toMatchObject({ workflowUid: "uid-hello", pool: "default" });
    if (task !== undefined) await world.finish(hello, task);
    expect((await world.get(hello))?.header).toMatchObject({ phase: "Succeeded", progress: "1/1" });
    const { items } = await world.reader.list({ limit: 10 });
    expect(items).toMatchObject([{ name: "hello", phase: "Succeeded" }]);
  });
});
