import type { BulkRetry, RetryHow } from "@capstan/core";
import { beforeEach, describe, expect, test } from "vitest";
import type { HttpDependencies } from "../http/dependencies.ts";
import { FakeWorld } from "../http/testing/fake-world.ts";
import { silentLogger } from "../logger.ts";
import { BulkRetries } from "./bulk-retries.ts";

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
});

const allShards = [0, 1, 2, 3];

function coordinator(overrides: Partial<HttpDependencies> = {}, shards = allShards): BulkRetries {
  const dependencies = world.dependencies(overrides);
  return new BulkRetries({ store: world.bulkRetries, dependencies, logger: silentLogger, ownedShards: () => shards });
}

/** A workflow that has failed. */
function failed(name: string, image = "busybox:1"): void {
  const templates = [{ name: "main", container: { image, args: ["{{workflow.parameters.mode}}"] } }];
  const spec = { entrypoint: "main", arguments: { parameters: [{ name: "mode", value: "bad" }] }, templates };
  const metadata = { name, namespace: "default", uid: name };
  world.create({
    workflow: { apiVersion: "argoproj.io/v1alpha1", kind: "Workflow", metadata, spec },
    ...{ workflowTemplates: {}, configMaps: {} },
  });
  world.commit(name, { header: { phase: "Failed" } });
}

async function begin(
  names: readonly string[],
  how: RetryHow = { kind: "retry", parameters: ["mode=good"] },
): Promise<void> {
  const targets = names.map((name) => ({
    ...{ uid: name, name, state: "waiting" as const },
    ...(how.kind === "resubmit" && { again: { uid: `${name}-again`, name: `${name}-again` } }),
  }));
  const retry: BulkRetry = {
    id: "r",
    namespace: "default",
    fingerprint: "f",
    createdAtMs: 1,
    how,
    phase: "canary",
    targets,
  };
  await world.bulkRetries.create(retry);
}

const shown = async () => {
  const retry = (await world.bulkRetries.get("r"))?.retry;
  return [retry?.phase, ...(retry?.targets ?? []).map(({ state }) => state)].join(" ");
};
const asked = () => world.events.map(({ uid, event }) => `${event.type} ${uid}`);

describe("workflows that are tried again in place", () => {
  test("go one first, and the others when it has succeeded", async () => {
    for (const name of ["a", "b", "c"]) failed(name);
    await begin(["a", "b", "c"]);
    const bulk = coordinator();
    await bulk.tick();
    expect([await shown(), asked()]).toEqual(["canary running waiting waiting", ["retry-requested a"]]);
    expect(world.events[0]?.event).toMatchObject({ parameters: ["mode=good"], restartSuccessful: false });
    world.commit("a", { header: { phase: "Running" } });
    await bulk.tick();
    expect(await shown()).toBe("canary running waiting waiting");
    world.commit("a", { header: { phase: "Succeeded" } });
    await bulk.tick();
    expect(await shown()).toBe("rest succeeded running running");
    world.commit("b", { header: { phase: "Succeeded" } });
    world.commit("c", { header: { phase: "Error" } });
    await bulk.tick();
    expect([await shown(), asked()]).toEqual([
      "done succeeded succeeded failed",
      ["retry-requested a", "retry-requested b", "retry-requested c"],
    ]);
  });

  test("are not taken for failed again before the wish is committed", async () => {
    failed("a");
    await begin(["a", "b"]);
    const bulk = coordinator();
    world.engineRuns = false;
    await bulk.tick();
    await bulk.tick();
    expect(await shown()).toBe("canary running waiting");
  });

  test("stop with the first that fails again; those that are gone are skipped", async () => {
    for (const name of ["a", "b"]) failed(name);
    await begin(["gone", "a", "b"]);
    const bulk = coordinator();
    await bulk.tick();
    await bulk.tick();
    expect([await shown(), asked()]).toEqual(["canary skipped running waiting", ["retry-requested a"]]);
    world.commit("a", { header: { phase: "Failed" } });
    await bulk.tick();
    expect(await shown()).toBe("halted skipped failed waiting");
    expect(await world.bulkRetries.active()).toEqual([]);
  });

  test("go on with another coordinator, whether the wish had gone out or not, and are asked once", async () => {
    failed("a");
    await begin(["a", "b"]);
    const { inbox } = world.dependencies();
    const append = () => Promise.reject(new Error("died"));
    await coordinator({ inbox: { ...inbox, append } }).tick();
    expect([await shown(), asked()]).toEqual(["canary asking waiting", []]);
    await coordinator().tick();
    expect([await shown(), asked()]).toEqual(["canary running waiting", ["retry-requested a"]]);
    // The next one dies after the wish: the workflow runs, and is left alone.
    const stored = await world.bulkRetries.get("r");
    const targets = (stored?.retry.targets ?? []).map((target) => ({
      ...target,
      state: target.uid === "a" ? "asking" : target.state,
    }));
    await world.bulkRetries.save({ ...stored?.retry, targets } as BulkRetry, stored?.version ?? 0);
    world.commit("a", { header: { phase: "Running" } });
    await coordinator().tick();
    expect([await shown(), asked()]).toEqual(["canary running waiting", ["retry-requested a"]]);
  });

  test("are left to the coordinator that owns their shard", async () => {
    failed("a");
    await begin(["a"]);
    const owners: number[] = [];
    for (const shard of allShards) {
      await coordinator({}, [shard]).tick();
      if (asked().length > 0 && owners.length === 0) owners.push(shard);
    }
    expect([owners.length, asked()]).toEqual([1, ["retry-requested a"]]);
  });
});

describe("workflows that are resubmitted with another image", () => {
  const how: RetryHow = { kind: "resubmit", parameters: ["mode=good"], image: { from: "busybox:1", to: "busybox:2" } };

  test("are new ones with that image and those parameters, once however often it is asked", async () => {
    failed("a");
    await begin(["a"], how);
    const { inbox } = world.dependencies();
    let submits = 0;
    const submit: typeof inbox.submit = async (...given) => {
      const result = await inbox.submit(...given);
      // The answer is lost.
      if (++submits === 1) throw new Error("died");
      return result;
    };
    const bulk = coordinator({ inbox: { ...inbox, submit } });
    await bulk.tick();
    expect(await shown()).toBe("canary asking");
    await bulk.tick();
    expect([await shown(), submits, world.workflows.size]).toEqual(["canary running", 2, 2]);
    const again = world.workflows.get("a-again")?.bundle.workflow;
    expect(again?.metadata).toMatchObject({
      name: "a-again",
      labels: { "workflows.argoproj.io/resubmitted-from-workflow": "a" },
    });
    expect(again?.spec.templates?.[0]?.container).toMatchObject({ image: "busybox:2" });
    expect(again?.spec.arguments?.parameters).toMatchObject([{ name: "mode", value: "good" }]);
    world.commit("a-again", { header: { phase: "Succeeded" } });
    await bulk.tick();
    expect(await shown()).toBe("done succeeded");
  });

  test("take from a WorkflowTemplate what it says now, where no image is named", async () => {
    const named = (image: string) => ({ name: "main", container: { image, command: ["true"] } });
    const writtenSpec = { workflowTemplateRef: { name: "library" } };
    const spec = { ...writtenSpec, entrypoint: "main", templates: [named("busybox:1")] };
    world.create({
      workflow: {
        ...{ apiVersion: "argoproj.io/v1alpha1", kind: "Workflow" },
        ...{ metadata: { name: "a", namespace: "default", uid: "a" }, spec },
      },
      ...{ writtenSpec, workflowTemplates: {}, configMaps: {} },
    });
    world.commit("a", { header: { phase: "Failed" } });
    await world.resources.create(
      { kind: "WorkflowTemplate", namespace: "default", name: "library" },
      {
        ...{ apiVersion: "argoproj.io/v1alpha1", kind: "WorkflowTemplate", metadata: { name: "library" } },
        spec: { entrypoint: "main", templates: [named("busybox:2")] },
      },
    );
    await begin(["a"], { kind: "resubmit", parameters: [] });
    await coordinator().tick();
    const again = world.workflows.get("a-again")?.bundle;
    expect(again?.workflow.spec.templates?.[0]?.container?.image).toBe("busybox:2");
    expect(again?.writtenSpec).toEqual(writtenSpec);
  });

  test("are skipped where the image is not theirs to change, or the manifest is refused", async () => {
    failed("a", "{{workflow.parameters.mode}}");
    failed("b");
    await begin(["a"], how);
    await coordinator().tick();
    expect((await world.bulkRetries.get("r"))?.retry.targets[0]).toMatchObject({
      state: "skipped",
      message: expect.stringMatching(/busybox:1 is not in its manifest/),
    });
  });
});
