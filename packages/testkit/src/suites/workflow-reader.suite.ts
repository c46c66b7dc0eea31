import type { IndexChange, ListQuery, WorkflowSummary } from "@capstan/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { aBundle, aCreation, aHeader, aNode, aSummary, aWorkflowCommit } from "./sample-values.ts";
import { aCommit, eventually, leaseOf, type ShardHarness } from "./shard-harness.ts";

const startMs = 1_700_000_000_000;

/** What every WorkflowReader and WorkflowIndexWriter must do. */
export function runWorkflowReaderSuite(suite: { readonly create: () => Promise<ShardHarness> }): void {
  describe("a workflow reader", () => {
    let harness: ShardHarness;
    beforeEach(async () => {
      harness = await suite.create();
    });
    afterEach(() => harness.close());

    listTests(() => harness);
    indexTests(() => harness);
    changeTests(() => harness);
  });
}

function listTests(harness: () => ShardHarness): void {
  test("lists the newest first, by namespace or all", async () => {
    await put(harness(), [
      aSummary("a", { submittedAtMs: startMs }),
      aSummary("b", { submittedAtMs: startMs + 2 }),
      aSummary("c", { submittedAtMs: startMs + 1, namespace: "other" }),
    ]);
    expect(await namesOf(harness(), {})).toEqual(["b", "c", "a"]);
    expect(await namesOf(harness(), { namespace: "default" })).toEqual(["b", "a"]);
    expect(await namesOf(harness(), { namespace: "nowhere" })).toEqual([]);
    expect((await harness().reader.list({ limit: 10, namespace: "other" })).items).toEqual([
      aSummary("c", { submittedAtMs: startMs + 1, namespace: "other" }),
    ]);
  });

  test("filters by phase, name and labels", async () => {
    await put(harness(), [
      aSummary("api-1", { submittedAtMs: startMs + 4, phase: "Succeeded", labels: { team: "x", tier: "1" } }),
      aSummary("api-2", { submittedAtMs: startMs + 3, phase: "Failed", labels: { team: "y" } }),
      aSummary("job-1", { submittedAtMs: startMs + 2, phase: "Running" }),
      aSummary("job-2", { submittedAtMs: startMs + 1, phase: "Succeeded", namespace: "other", labels: { team: "x" } }),
    ]);
    const label = (operator: "=" | "!=" | "exists" | "!exists" | "in" | "notin", ...values: string[]) => ({
      labels: [{ key: "team", operator, values }],
    });
    expect(await namesOf(harness(), { phases: ["Succeeded"] })).toEqual(["api-1", "job-2"]);
    expect(await namesOf(harness(), { phases: ["Failed", "Running"] })).toEqual(["api-2", "job-1"]);
    expect(await namesOf(harness(), { phases: ["Succeeded"], namespace: "other" })).toEqual(["job-2"]);
    expect(await namesOf(harness(), { namePrefix: "job-" })).toEqual(["job-1", "job-2"]);
    expect(await namesOf(harness(), label("=", "x"))).toEqual(["api-1", "job-2"]);
    expect(await namesOf(harness(), label("!=", "x"))).toEqual(["api-2", "job-1"]);
    expect(await namesOf(harness(), label("exists"))).toEqual(["api-1", "api-2", "job-2"]);
    expect(await namesOf(harness(), label("!exists"))).toEqual(["job-1"]);
    expect(await namesOf(harness(), label("in", "x", "y"))).toEqual(["api-1", "api-2", "job-2"]);
    expect(await namesOf(harness(), label("notin", "x"))).toEqual(["api-2", "job-1"]);
    expect(
      await namesOf(harness(), {
        labels: [
          { key: "team", operator: "=", values: ["x"] },
          { key: "tier", operator: "exists", values: [] },
        ],
      }),
    ).toEqual(["api-1"]);
  });

  test("gives each workflow once over the pages, also of equal times and while new ones come", async () => {
    // Three at a time share a submit time, so that a cursor of the time alone would skip or repeat.
    const summaries = Array.from({ length: 30 }, (_, index) =>
      aSummary(`w${String(index).padStart(2, "0")}`, { submittedAtMs: startMs + Math.floor(index / 3) }),
    );
    await put(harness(), summaries);
    const seen: string[] = [];
    let token: string | undefined;
    let page = 0;
    do {
      const result = await harness().reader.list({
        limit: 4,
        ...(token === undefined ? {} : { continueToken: token }),
      });
      seen.push(...result.items.map((item) => item.name));
      token = result.continueToken;
      page++;
      await put(harness(), [aSummary(`new-${page}`, { submittedAtMs: startMs + 1_000 + page })], `9-${page}`);
      // One that was seen changes, and one that was seen goes: neither may disturb the rest.
      await put(harness(), [aSummary(seen[0] ?? "", { submittedAtMs: startMs + 9, phase: "Failed" })], `8-${page}`);
      if (page === 2) await remove(harness(), seen[1] ?? "", "9-0");
    } while (token !== undefined && page < 50);
    expect([...seen].sort()).toEqual(summaries.map((summary) => summary.name));
  });

  test("pages through a filter, and the last page has no token", async () => {
    const summaries = Array.from({ length: 40 }, (_, index) =>
      aSummary(`w${index}`, { submittedAtMs: startMs + index, labels: index % 10 === 0 ? { pick: "me" } : {} }),
    );
    await put(harness(), summaries);
    const picked: string[] = [];
    let token: string | undefined;
    do {
      const page = await harness().reader.list({
        limit: 3,
        labels: [{ key: "pick", operator: "=", values: ["me"] }],
        ...(token === undefined ? {} : { continueToken: token }),
      });
      picked.push(...page.items.map((item) => item.name));
      token = page.continueToken;
    } while (token !== undefined);
    expect(picked).toEqual(["w30", "w20", "w10", "w0"]);
  });
}

function indexTests(harness: () => ShardHarness): void {
  test("lists what was submitted in a span of time", async () => {
    await put(
      harness(),
      [0, 1, 2, 3].map((index) => aSummary(`w${index}`, { submittedAtMs: startMs + index })),
    );
    expect(await namesOf(harness(), { submittedFromMs: startMs + 1 })).toEqual(["w3", "w2", "w1"]);
    expect(await namesOf(harness(), { submittedBeforeMs: startMs + 2 })).toEqual(["w1", "w0"]);
    expect(await namesOf(harness(), { submittedFromMs: startMs + 1, submittedBeforeMs: startMs + 3 })).toEqual([
      ...["w2", "w1"],
    ]);
  });

  test("counts phases, of a namespace and of all", async () => {
    await put(harness(), [
      aSummary("a", { phase: "Running" }),
      aSummary("b", { phase: "Running", namespace: "other" }),
      aSummary("c", { phase: "Failed" }),
    ]);
    expect(await harness().reader.countPhases()).toMatchObject({ Running: 2, Failed: 1 });
    expect(await harness().reader.countPhases("other")).toMatchObject({ Running: 1 });
  });

  test("tells what lists show anew, and nothing of what came too late", async () => {
    const told: IndexChange[] = [];
    const stop = await harness().reader.subscribeIndex((change) => told.push(change));
    await put(harness(), [aSummary("a", { phase: "Running" })], "2-0");
    await put(harness(), [aSummary("a", { phase: "Pending" })], "1-0");
    await remove(harness(), "a", "3-0");
    await put(harness(), [aSummary("b")], "1-0");
    await eventually(harness(), () => told.length === 3);
    expect(told[0]).toEqual({ summary: aSummary("a", { phase: "Running" }) });
    expect(told[1]).toEqual({ removedUid: aSummary("a").uid });
    await stop();
  });

  test("moves a workflow between phases", async () => {
    await put(harness(), [aSummary("a", { phase: "Running" })], "1-0");
    await put(harness(), [aSummary("a", { phase: "Succeeded" })], "2-0");
    expect(await namesOf(harness(), { phases: ["Running"] })).toEqual([]);
    expect(await namesOf(harness(), { phases: ["Succeeded"] })).toEqual(["a"]);
    expect(await namesOf(harness(), {})).toEqual(["a"]);
  });

  test("never puts an older summary over a newer one", async () => {
    await put(harness(), [aSummary("a", { phase: "Succeeded" })], "10-0");
    await put(harness(), [aSummary("a", { phase: "Running" })], "9-5");
    expect(await namesOf(harness(), { phases: ["Succeeded"] })).toEqual(["a"]);
    expect(await namesOf(harness(), { phases: ["Running"] })).toEqual([]);
  });

  test("takes the later of two summaries in one call", async () => {
    await harness().index.put([
      { version: "1-1", summary: aSummary("a", { phase: "Running" }) },
      { version: "1-2", summary: aSummary("a", { phase: "Failed" }) },
    ]);
    expect(await namesOf(harness(), { phases: ["Failed"] })).toEqual(["a"]);
    expect(await namesOf(harness(), { phases: ["Running"] })).toEqual([]);
  });

  test("removes, and a late summary does not bring it back", async () => {
    await put(harness(), [aSummary("a")], "1-0");
    await remove(harness(), "a", "3-0");
    await remove(harness(), "a", "3-0");
    await put(harness(), [aSummary("a")], "2-0");
    expect(await namesOf(harness(), {})).toEqual([]);
  });

  test("does not let a late removal take a newer summary", async () => {
    await put(harness(), [aSummary("a")], "5-0");
    await remove(harness(), "a", "4-0");
    expect(await namesOf(harness(), {})).toEqual(["a"]);
  });
}

function changeTests(harness: () => ShardHarness): void {
  const uid = "uid-hello";
  const readAll = async (afterId: string) => harness().reader.readChanges(0, uid, afterId, 1_000);

  test("gets what was committed", async () => {
    const lease = await leaseOf(harness(), 0);
    await harness().store.commit(lease, aCommit({ workflows: [aCreation("hello", [aNode("n1")])] }));
    expect(await harness().reader.get(0, uid)).toMatchObject({ uid, header: aHeader(), nodes: [aNode("n1")] });
    expect(await harness().reader.get(0, "nobody")).toBeUndefined();
    expect(await harness().reader.getHead(0, uid)).toMatchObject({ uid, header: aHeader() });
    expect(await harness().reader.getHead(0, "nobody")).toBeUndefined();
    for await (const page of harness().reader.scanNodes(0, uid)) expect(page).toEqual([aNode("n1")]);
    expect(await harness().reader.getNodes(0, uid, ["nobody", "n1"])).toEqual([aNode("n1")]);
  });

  test("tells each commit's changes once, in order, from any point on", async () => {
    const lease = await leaseOf(harness(), 0);
    expect(await harness().reader.lastChangeId(0, uid)).toBe("");
    await harness().store.commit(lease, aCommit({ workflows: [aCreation("hello", [aNode("n1")])] }));
    const first = await harness().reader.lastChangeId(0, uid);
    const changed = aWorkflowCommit(uid, {
      header: aHeader("Failed"),
      nodes: [aNode("n2"), aNode("n3")],
      removedNodeIds: ["n1"],
    });
    await harness().store.commit(lease, aCommit({ workflows: [changed] }));
    const all = await readAll("");
    expect(all.missed).toBe(false);
    expect(all.changes).toMatchObject([
      { id: first, header: aHeader(), nodes: [aNode("n1")], removedNodeIds: [], deleted: false },
      { header: aHeader("Failed"), nodes: [aNode("n2"), aNode("n3")], removedNodeIds: ["n1"], deleted: false },
    ]);
    expect(await readAll(first)).toEqual({ changes: all.changes.slice(1), missed: false });
    expect(await readAll(all.changes[1]?.id ?? "")).toEqual({ changes: [], missed: false });
    expect((await harness().reader.readChanges(0, uid, "", 1)).changes).toEqual(all.changes.slice(0, 1));
  });

  test("a watcher that reads the last id, gets and follows misses nothing", async () => {
    const lease = await leaseOf(harness(), 0);
    await harness().store.commit(lease, aCommit({ workflows: [aCreation("hello")] }));
    const commits = 60;
    const writing = (async () => {
      for (let index = 0; index < commits; index++) {
        const nodes = [aNode(`n${index}`), aNode("shared", index === commits - 1 ? "Succeeded" : "Running")];
        await harness().store.commit(lease, aCommit({ workflows: [aWorkflowCommit(uid, { nodes })] }));
      }
    })();
    let cursor = await harness().reader.lastChangeId(0, uid);
    const stored = await harness().reader.get(0, uid);
    const seen = new Map(stored?.nodes.map((node) => [node.id, node]));
    await writing;
    for (;;) {
      const { changes, missed } = await harness().reader.readChanges(0, uid, cursor, 7);
      expect(missed).toBe(false);
      for (const node of changes.flatMap((change) => change.nodes)) seen.set(node.id, node);
      cursor = changes.at(-1)?.id ?? cursor;
      if (changes.length === 0) break;
    }
    expect(seen.size).toBe(commits + 1);
    expect(seen.get("shared")?.phase).toBe("Succeeded");
  });

  test("a watcher that was away too long is told that it missed some", { timeout: 30_000 }, async () => {
    const lease = await leaseOf(harness(), 0);
    await harness().store.commit(lease, aCommit({ workflows: [aCreation("hello")] }));
    const start = await harness().reader.lastChangeId(0, uid);
    for (let index = 0; index < 200; index++) {
      const nodes = Array.from({ length: 300 }, (_, node) =>
        aNode(`n${node}`, index % 2 === 0 ? "Running" : "Pending"),
      );
      await harness().store.commit(lease, aCommit({ workflows: [aWorkflowCommit(uid, { nodes })] }));
    }
    const { changes, missed } = await harness().reader.readChanges(0, uid, start, 100_000);
    // A store may keep all or some, but it must say which.
    expect(missed).toBe(changes.reduce((sum, change) => sum + change.nodes.length, 0) < 200 * 300);
  });

  test("says that a workflow was deleted to those who follow it", async () => {
    const lease = await leaseOf(harness(), 0);
    await harness().inbox.submit(0, aBundle("hello"));
    await harness().store.commit(lease, aCommit({ workflows: [aCreation("hello")] }));
    const cursor = await harness().reader.lastChangeId(0, uid);
    await harness().store.commit(lease, aCommit({ workflows: [aWorkflowCommit(uid, { deleted: true })] }));
    expect(await harness().reader.get(0, uid)).toBeUndefined();
    const page = await readAll(cursor);
    expect(page).toMatchObject({ changes: [{ deleted: true }], missed: false });
  });

  test("calls back after commits with namespace and uid, until unsubscribed", async () => {
    const heard: string[] = [];
    const unsubscribe = await harness().reader.subscribe((namespace, changedUid) => {
      heard.push(`${namespace}/${changedUid}`);
    });
    const lease = await leaseOf(harness(), 0);
    await harness().store.commit(lease, aCommit({ workflows: [aCreation("hello"), aCreation("other")] }));
    await eventually(harness(), () => heard.includes("default/uid-hello") && heard.includes("default/uid-other"));
    const before = heard.length;
    await harness().store.commit(lease, aCommit({ workflows: [aWorkflowCommit(uid, { nodes: [aNode("n")] })] }));
    await eventually(harness(), () => heard.length > before);
    await unsubscribe();
    const after = heard.length;
    await harness().store.commit(lease, aCommit({ workflows: [aWorkflowCommit(uid, { nodes: [aNode("n")] })] }));
    await harness().passTime(30);
    expect(heard).toHaveLength(after);
  });
}

async function put(harness: ShardHarness, summaries: readonly WorkflowSummary[], version = "1-0"): Promise<void> {
  await harness.index.put(summaries.map((summary) => ({ version, summary })));
}

async function remove(harness: ShardHarness, name: string, version: string): Promise<void> {
  await harness.index.remove([{ version, uid: `uid-${name}`, namespace: "default", name }]);
}

async function namesOf(harness: ShardHarness, query: Partial<ListQuery>): Promise<readonly string[]> {
  return (await harness.reader.list({ limit: 100, ...query })).items.map((item) => item.name);
}
