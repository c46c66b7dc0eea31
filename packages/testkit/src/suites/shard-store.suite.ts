import type { OutboxMessage } from "@capstan/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { aBundle, aCreation, aHeader, aNode, aTask, aWorkflowCommit } from "./sample-values.ts";
import { aCommit, leaseOf, type ShardHarness } from "./shard-harness.ts";

/** What every ShardStore must do. */
export function runShardStoreSuite(suite: { readonly create: () => Promise<ShardHarness> }): void {
  describe("a shard store", () => {
    let harness: ShardHarness;
    beforeEach(async () => {
      harness = await suite.create();
    });
    afterEach(() => harness.close());

    workflowTests(() => harness);
    fenceTests(() => harness);
    timerTests(() => harness);
    outboxTests(() => harness);
  });
}

function workflowTests(harness: () => ShardHarness): void {
  test("loads what was created", async () => {
    const lease = await leaseOf(harness(), 0);
    const nodes = [aNode("n1"), aNode("n2", "Running")];
    expect(await harness().store.commit(lease, aCommit({ workflows: [aCreation("hello", nodes)] }))).toMatchObject({
      status: "committed",
    });
    const stored = await harness().store.loadWorkflow(0, "uid-hello");
    expect(stored).toMatchObject({
      uid: "uid-hello",
      submittedAtMs: 1_700_000_000_000,
      bundle: aBundle("hello"),
      header: aHeader(),
    });
    expect(stored?.nodes).toHaveLength(2);
    expect(stored?.nodes).toEqual(expect.arrayContaining(nodes));
    expect(await harness().store.loadWorkflow(0, "nobody")).toBeUndefined();
    expect(await harness().store.loadWorkflow(1, "uid-hello")).toBeUndefined();
  });

  test("writes only what changed: header, nodes, removals", async () => {
    const lease = await leaseOf(harness(), 0);
    await harness().store.commit(
      lease,
      aCommit({ workflows: [aCreation("hello", [aNode("n1"), aNode("n2"), aNode("n3")])] }),
    );
    await harness().store.commit(
      lease,
      aCommit({
        workflows: [
          aWorkflowCommit("uid-hello", {
            header: aHeader("Succeeded", "1/1"),
            nodes: [aNode("n2", "Succeeded"), aNode("n4")],
            removedNodeIds: ["n3"],
          }),
        ],
      }),
    );
    const stored = await harness().store.loadWorkflow(0, "uid-hello");
    expect(stored?.header).toEqual(aHeader("Succeeded", "1/1"));
    expect([...(stored?.nodes ?? [])].sort((left, right) => left.id.localeCompare(right.id))).toEqual([
      aNode("n1"),
      aNode("n2", "Succeeded"),
      aNode("n4"),
    ]);
    expect(stored?.bundle).toEqual(aBundle("hello"));
  });

  test("keeps text of any alphabet as it was", async () => {
    const lease = await leaseOf(harness(), 0);
    const node = { ...aNode("n1"), message: "línea 1\nзадача \u0000 \u2028 🚢" };
    await harness().store.commit(lease, aCommit({ workflows: [aCreation("hello", [node])] }));
    expect((await harness().store.loadWorkflow(0, "uid-hello"))?.nodes).toEqual([node]);
  });

  test("commits many workflows at once", async () => {
    const lease = await leaseOf(harness(), 0);
    const names = Array.from({ length: 50 }, (_, index) => `w${index}`);
    await harness().store.commit(
      lease,
      aCommit({ workflows: names.map((name) => aCreation(name, [aNode(`${name}-n`)])) }),
    );
    for (const name of names) {
      expect((await harness().store.loadWorkflow(0, `uid-${name}`))?.nodes).toEqual([aNode(`${name}-n`)]);
    }
  });

  test("commits ten thousand nodes and commands at once", { timeout: 30_000 }, async () => {
    const lease = await leaseOf(harness(), 0);
    const nodes = Array.from({ length: 10_000 }, (_, index) => aNode(`n${index}`));
    const timers = nodes.map((node, index) => ({ type: "set-timer", timerId: node.id, dueAtMs: index }) as const);
    const outbox = nodes.map((node) => ({ type: "start-task", task: aTask("uid-hello", node.id, 1) }) as const);
    const creation = { ...aCreation("hello", nodes), timers };
    expect(await harness().store.commit(lease, aCommit({ workflows: [creation], outbox }))).toMatchObject({
      status: "committed",
    });
    expect((await harness().store.loadWorkflow(0, "uid-hello"))?.nodes).toHaveLength(10_000);
    expect(await harness().store.readOutbox(0, "", 20_000)).toHaveLength(10_000);
    const removal = aWorkflowCommit("uid-hello", { removedNodeIds: nodes.slice(1).map((node) => node.id) });
    await harness().store.commit(lease, aCommit({ workflows: [removal] }));
    expect((await harness().store.loadWorkflow(0, "uid-hello"))?.nodes).toEqual([aNode("n0")]);
  });

  test("removes all of a deleted workflow", async () => {
    const lease = await leaseOf(harness(), 0);
    await harness().inbox.submit(0, aBundle("hello"));
    const creation = {
      ...aCreation("hello", [aNode("n1")]),
      timers: [{ type: "set-timer", timerId: "deadline", dueAtMs: 10 } as const],
    };
    await harness().store.commit(lease, aCommit({ workflows: [creation, aCreation("other")] }));
    await harness().store.commit(lease, aCommit({ workflows: [aWorkflowCommit("uid-hello", { deleted: true })] }));
    expect(await harness().store.loadWorkflow(0, "uid-hello")).toBeUndefined();
    expect(await harness().store.dueTimers(0, 1_000, 10)).toEqual([]);
    expect(await harness().store.loadWorkflow(0, "uid-other")).toBeDefined();
  });
}

function fenceTests(harness: () => ShardHarness): void {
  test("refuses the commit of a stale lease and writes nothing of it", async () => {
    const stale = await leaseOf(harness(), 0);
    await harness().store.commit(stale, aCommit({ workflows: [aCreation("hello", [aNode("n1")])] }));
    const [id] = await harness().inbox.append(0, [{ workflowUid: "w", event: { type: "suspend-requested" } }]);
    const current = await leaseOf(harness(), 0);
    const commit = aCommit({
      inboxThroughId: id ?? "",
      workflows: [
        {
          ...aCreation("new", [aNode("n2")]),
          timers: [{ type: "set-timer", timerId: "t", dueAtMs: 1 }],
        },
        aWorkflowCommit("uid-hello", { nodes: [aNode("n1", "Failed")] }),
      ],
      outbox: [{ type: "cancel-task", taskId: "t", pool: "default", reason: "r" }],
    });
    expect(await harness().store.commit(stale, commit)).toEqual({ status: "fenced" });
    expect(await harness().store.inboxWatermark(0)).toBe("");
    expect(await harness().store.loadWorkflow(0, "uid-new")).toBeUndefined();
    expect((await harness().store.loadWorkflow(0, "uid-hello"))?.nodes).toEqual([aNode("n1")]);
    expect(await harness().store.readOutbox(0, "", 10)).toEqual([]);
    expect(await harness().store.dueTimers(0, 1_000, 10)).toEqual([]);
    expect(await harness().store.commit(current, commit)).toMatchObject({ status: "committed" });
  });

  test("refuses the commit of a lease that was released, or has expired", async () => {
    const released = await leaseOf(harness(), 0);
    await harness().leases.release(released);
    expect(await harness().store.commit(released, aCommit({ workflows: [aCreation("a")] }))).toEqual({
      status: "fenced",
    });
    const expired = await harness().leases.acquire(1, "coordinator-1", 50);
    await harness().passTime(120);
    expect(expired && (await harness().store.commit(expired, aCommit({ workflows: [aCreation("a")] })))).toEqual({
      status: "fenced",
    });
  });

  test("refuses a lease on another shard's state", async () => {
    const lease = await leaseOf(harness(), 0);
    await leaseOf(harness(), 1, "coordinator-2");
    expect(await harness().store.commit({ ...lease, shard: 1 }, aCommit({ workflows: [aCreation("a")] }))).toEqual({
      status: "fenced",
    });
  });

  test("refuses a commit that does not follow those it has seen under the lease", async () => {
    const lease = await leaseOf(harness(), 0);
    const commit = async (afterCommits: number, name: string) =>
      (await harness().store.commit(lease, aCommit({ afterCommits, workflows: [aCreation(name)] }))).status;
    expect(await commit(0, "a")).toBe("committed");
    // The same again, as a connection that was lost before the answer would send it.
    expect(await commit(0, "a")).toBe("fenced");
    expect(await commit(2, "c")).toBe("fenced");
    expect(await commit(1, "b")).toBe("committed");
    expect(await harness().store.loadWorkflow(0, "uid-c")).toBeUndefined();
    const next = await leaseOf(harness(), 0);
    expect(await harness().store.commit(next, aCommit({ afterCommits: 0 }))).toMatchObject({ status: "committed" });
  });

  test("ignores a stale owner's acknowledgement of the outbox", async () => {
    const stale = await leaseOf(harness(), 0);
    await harness().store.commit(stale, aCommit({ outbox: [cancelOf("t1")] }));
    const [entry] = await harness().store.readOutbox(0, "", 10);
    await leaseOf(harness(), 0);
    await harness().store.acknowledgeOutbox(stale, entry?.id ?? "");
    expect(await harness().store.readOutbox(0, "", 10)).toHaveLength(1);
  });
}

function timerTests(harness: () => ShardHarness): void {
  const timersOf = async (nowMs: number) => harness().store.dueTimers(0, nowMs, 10);
  const commitTimers = async (timers: Parameters<typeof aWorkflowCommit>[1]) => {
    const lease = await leaseOf(harness(), 0);
    await harness().store.commit(lease, aCommit({ workflows: [aWorkflowCommit("uid-hello", timers)] }));
    return lease;
  };

  test("gives timers when they are due, earliest first", async () => {
    await commitTimers({
      timers: [
        { type: "set-timer", timerId: "late", dueAtMs: 300 },
        { type: "set-timer", timerId: "early: with a space", dueAtMs: 100 },
        { type: "set-timer", timerId: "middle", dueAtMs: 200 },
      ],
    });
    expect(await harness().store.nextTimerAtMs(0)).toBe(100);
    expect(await timersOf(99)).toEqual([]);
    expect(await timersOf(200)).toEqual([
      { workflowUid: "uid-hello", timerId: "early: with a space", dueAtMs: 100 },
      { workflowUid: "uid-hello", timerId: "middle", dueAtMs: 200 },
    ]);
    expect(await harness().store.dueTimers(0, 1_000, 1)).toHaveLength(1);
    expect(await harness().store.nextTimerAtMs(1)).toBeUndefined();
  });

  test("moves a timer that is set again, and clears one", async () => {
    await commitTimers({
      timers: [
        { type: "set-timer", timerId: "a", dueAtMs: 100 },
        { type: "set-timer", timerId: "b", dueAtMs: 100 },
      ],
    });
    await commitTimers({
      timers: [
        { type: "set-timer", timerId: "a", dueAtMs: 500 },
        { type: "clear-timer", timerId: "b" },
        { type: "clear-timer", timerId: "unknown" },
      ],
    });
    expect(await timersOf(499)).toEqual([]);
    expect(await timersOf(500)).toEqual([{ workflowUid: "uid-hello", timerId: "a", dueAtMs: 500 }]);
  });

  test("forgets a fired timer, but not one that was moved meanwhile", async () => {
    const lease = await commitTimers({
      timers: [
        { type: "set-timer", timerId: "a", dueAtMs: 100 },
        { type: "set-timer", timerId: "b", dueAtMs: 700 },
      ],
    });
    const firedTimers = ["a", "b"].map((timerId) => ({ workflowUid: "uid-hello", timerId, dueAtMs: 100 }));
    await harness().store.commit(lease, aCommit({ firedTimers }));
    expect(await timersOf(1_000)).toEqual([{ workflowUid: "uid-hello", timerId: "b", dueAtMs: 700 }]);
  });

  test("keeps a timer that the same commit fires and sets again", async () => {
    const lease = await commitTimers({ timers: [{ type: "set-timer", timerId: "a", dueAtMs: 100 }] });
    await harness().store.commit(
      lease,
      aCommit({
        firedTimers: [{ workflowUid: "uid-hello", timerId: "a", dueAtMs: 100 }],
        workflows: [aWorkflowCommit("uid-hello", { timers: [{ type: "set-timer", timerId: "a", dueAtMs: 100 }] })],
      }),
    );
    expect(await timersOf(1_000)).toEqual([{ workflowUid: "uid-hello", timerId: "a", dueAtMs: 100 }]);
  });
}

function outboxTests(harness: () => ShardHarness): void {
  test("keeps messages in order until they are acknowledged, also for the next owner", async () => {
    const lease = await leaseOf(harness(), 0);
    const messages: readonly OutboxMessage[] = [
      { type: "start-task", task: aTask("uid-hello", "n1", 1) },
      cancelOf("t2"),
      { type: "unindex-workflow", uid: "u", namespace: "n", name: "w" },
    ];
    const first = await harness().store.commit(lease, aCommit({ outbox: messages.slice(0, 2) }));
    const second = await harness().store.commit(lease, aCommit({ outbox: messages.slice(2) }));
    const entries = await harness().store.readOutbox(0, "", 10);
    const ids = [first, second].flatMap((result) => (result.status === "committed" ? result.outboxIds : []));
    expect(ids).toEqual(entries.map((entry) => entry.id));
    expect(entries.map((entry) => entry.message)).toEqual(messages);
    // The first owner dies here, after it acted on one message and before it acknowledged the second.
    await harness().store.acknowledgeOutbox(lease, entries[0]?.id ?? "");
    const next = await leaseOf(harness(), 0);
    const again = await harness().store.readOutbox(0, "", 10);
    expect(again.map((entry) => entry.message)).toEqual(messages.slice(1));
    await harness().store.acknowledgeOutbox(next, again[1]?.id ?? "");
    expect(await harness().store.readOutbox(0, "", 10)).toEqual([]);
  });

  test("is read in pages after an id, and acknowledging twice is harmless", async () => {
    const lease = await leaseOf(harness(), 0);
    await harness().store.commit(lease, aCommit({ outbox: ["a", "b", "c", "d"].map(cancelOf) }));
    const first = await harness().store.readOutbox(0, "", 2);
    const second = await harness().store.readOutbox(0, first[1]?.id ?? "", 2);
    expect([...first, ...second].map((entry) => entry.message)).toEqual(["a", "b", "c", "d"].map(cancelOf));
    await harness().store.acknowledgeOutbox(lease, first[1]?.id ?? "");
    await harness().store.acknowledgeOutbox(lease, first[1]?.id ?? "");
    expect(await harness().store.readOutbox(0, "", 10)).toEqual(second);
  });

  test("knows what waits the longest: what came in and is not committed, what is committed and not carried out", async () => {
    const { store, inbox } = harness();
    expect(await store.oldestWaiting(0, "")).toEqual({ inboxId: undefined, outboxId: undefined });
    const lease = await leaseOf(harness(), 0);
    const events = ["a", "b"].map((workflowUid) => ({ workflowUid, event: { type: "suspend-requested" } as const }));
    const [first = "", second = ""] = await inbox.append(0, events);
    expect(await store.oldestWaiting(0, "")).toEqual({ inboxId: first, outboxId: undefined });
    await store.commit(lease, aCommit({ inboxThroughId: first, outbox: [cancelOf("a"), cancelOf("b")] }));
    const [carried, next] = await store.readOutbox(0, "", 10);
    expect(await store.oldestWaiting(0, "")).toEqual({ inboxId: second, outboxId: carried?.id });
    expect(await store.oldestWaiting(0, carried?.id ?? "")).toEqual({ inboxId: second, outboxId: next?.id });
    await store.commit(lease, aCommit({ inboxThroughId: second }));
    expect(await store.oldestWaiting(0, next?.id ?? "")).toEqual({ inboxId: undefined, outboxId: undefined });
  });

  test("gives growing ids after it was emptied", async () => {
    const lease = await leaseOf(harness(), 0);
    await harness().store.commit(lease, aCommit({ outbox: [cancelOf("a")] }));
    const [first] = await harness().store.readOutbox(0, "", 10);
    await harness().store.acknowledgeOutbox(lease, first?.id ?? "");
    await harness().store.commit(lease, aCommit({ outbox: [cancelOf("b")] }));
    expect(await harness().store.readOutbox(0, first?.id ?? "", 10)).toMatchObject([{ message: cancelOf("b") }]);
  });
}

function cancelOf(taskId: string): OutboxMessage {
  return { type: "cancel-task", taskId, pool: "default", reason: "stopped" };
}
