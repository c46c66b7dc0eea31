import { compareInboxIds } from "@capstan/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { aBundle, aCreation, aWorkflowCommit } from "./sample-values.ts";
import { aCommit, eventually, leaseOf, type ShardHarness } from "./shard-harness.ts";

/** What every Inbox, and the reading of it, must do. */
export function runInboxSuite(suite: { readonly create: () => Promise<ShardHarness> }): void {
  describe("an inbox", () => {
    let harness: ShardHarness;
    beforeEach(async () => {
      harness = await suite.create();
    });
    afterEach(() => harness.close());

    test("accepts a submit: the name is taken and the event can be read", async () => {
      const bundle = aBundle("hello");
      const result = await harness.inbox.submit(0, bundle);
      expect(result.accepted).toBe(true);
      expect(await harness.inbox.findUid(0, "default", "hello")).toBe("uid-hello");
      expect(await harness.store.readInbox(0, "", 10)).toEqual([
        {
          id: result.accepted ? result.inboxId : "",
          workflowUid: "uid-hello",
          event: { type: "workflow-submitted", bundle },
        },
      ]);
    });

    test("refuses a name that is taken and appends nothing", async () => {
      await harness.inbox.submit(0, aBundle("hello"));
      expect(await harness.inbox.submit(0, aBundle("hello", "other"))).toEqual({
        accepted: false,
        existingUid: "uid-hello",
      });
      expect(await harness.store.readInbox(0, "", 10)).toHaveLength(1);
    });

    test("tells a replayed submit by its own uid and appends nothing", async () => {
      await harness.inbox.submit(0, aBundle("hello"));
      expect(await harness.inbox.submit(0, aBundle("hello"))).toEqual({ accepted: false, existingUid: "uid-hello" });
      expect(await harness.store.readInbox(0, "", 10)).toHaveLength(1);
    });

    test("gives one of many concurrent submits of a name the name", async () => {
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, index) => harness.inbox.submit(0, aBundle("hello", `uid-${index}`))),
      );
      expect(results.filter((result) => result.accepted)).toHaveLength(1);
    });

    test("keeps names apart by namespace and by shard", async () => {
      await harness.inbox.submit(0, aBundle("hello"));
      expect((await harness.inbox.submit(0, aBundle("hello", "u2", "other"))).accepted).toBe(true);
      expect((await harness.inbox.submit(1, aBundle("hello", "u3"))).accepted).toBe(true);
      expect(await harness.inbox.findUid(0, "other", "hello")).toBe("u2");
      expect(await harness.inbox.findUid(0, "nowhere", "hello")).toBeUndefined();
    });

    test("frees the name when the workflow is deleted", async () => {
      await harness.inbox.submit(0, aBundle("hello"));
      const lease = await leaseOf(harness, 0);
      await harness.store.commit(lease, aCommit({ workflows: [aCreation("hello")] }));
      await harness.store.commit(lease, aCommit({ workflows: [aWorkflowCommit("uid-hello", { deleted: true })] }));
      expect(await harness.inbox.findUid(0, "default", "hello")).toBeUndefined();
      expect((await harness.inbox.submit(0, aBundle("hello", "second"))).accepted).toBe(true);
    });

    test("appends in order and answers with growing ids", async () => {
      const ids = await harness.inbox.append(
        2,
        [0, 1, 2].map((index) => ({ workflowUid: "w", event: { type: "timer-due", timerId: `t${index}` } as const })),
      );
      expect(ids).toHaveLength(3);
      const entries = await harness.store.readInbox(2, "", 10);
      expect(entries.map((entry) => entry.id)).toEqual(ids);
      expect(entries.map((entry) => (entry.event.type === "timer-due" ? entry.event.timerId : ""))).toEqual([
        "t0",
        "t1",
        "t2",
      ]);
      expect(entries.every((entry, index) => compareInboxIds(entries[index - 1]?.id ?? "", entry.id) < 0)).toBe(true);
    });

    test("keeps the order of calls that overlap, each call's events together", async () => {
      const calls = Array.from({ length: 30 }, (_, call) =>
        harness.inbox.append(
          0,
          [0, 1].map((index) => ({
            workflowUid: "w",
            event: { type: "timer-due", timerId: `${call}.${index}` } as const,
          })),
        ),
      );
      const ids = (await Promise.all(calls)).flat();
      expect([...ids].sort(compareInboxIds)).toEqual(ids);
      const entries = await harness.store.readInbox(0, "", 100);
      expect(entries.map((entry) => entry.id)).toEqual(ids);
    });

    test("appends nothing for nothing", async () => {
      expect(await harness.inbox.append(0, [])).toEqual([]);
      expect(await harness.store.readInbox(0, "", 10)).toEqual([]);
    });

    test("is read in pages after an id", async () => {
      const ids = await harness.inbox.append(
        0,
        [0, 1, 2, 3, 4].map(() => ({ workflowUid: "w", event: { type: "suspend-requested" } as const })),
      );
      const page = await harness.store.readInbox(0, ids[1] ?? "", 2);
      expect(page.map((entry) => entry.id)).toEqual(ids.slice(2, 4));
      expect(await harness.store.readInbox(0, ids[4] ?? "", 2)).toEqual([]);
    });

    test("tells the watermark of each shard", async () => {
      const [id] = await harness.inbox.append(1, [{ workflowUid: "w", event: { type: "suspend-requested" } }]);
      await harness.store.commit(await leaseOf(harness, 1), aCommit({ inboxThroughId: id ?? "" }));
      expect(await harness.inbox.watermarks([0, 1])).toEqual(
        new Map([
          [0, ""],
          [1, id],
        ]),
      );
      expect(await harness.store.inboxWatermark(1)).toBe(id);
    });

    test("keeps giving growing ids after everything was committed", async () => {
      const lease = await leaseOf(harness, 0);
      let last = "";
      for (let round = 0; round < 5; round++) {
        const [id] = await harness.inbox.append(0, [{ workflowUid: "w", event: { type: "suspend-requested" } }]);
        expect(compareInboxIds(id ?? "", last)).toBeGreaterThan(0);
        expect((await harness.store.readInbox(0, last, 10)).map((entry) => entry.id)).toEqual([id]);
        last = id ?? "";
        await harness.store.commit(lease, aCommit({ inboxThroughId: last }));
      }
    });

    test("wakes the listeners with the shard", async () => {
      const woken: number[] = [];
      const unsubscribe = await harness.wakeups.subscribe((shard) => woken.push(shard));
      await harness.inbox.append(5, [{ workflowUid: "w", event: { type: "suspend-requested" } }]);
      await harness.inbox.submit(7, aBundle("hello"));
      await eventually(harness, () => woken.includes(5) && woken.includes(7));
      await unsubscribe();
      const before = woken.length;
      await harness.inbox.append(5, [{ workflowUid: "w", event: { type: "suspend-requested" } }]);
      await harness.passTime(30);
      expect(woken).toHaveLength(before);
    });

    test("has an incarnation that stays while the connection does", async () => {
      const before = harness.inbox.incarnation();
      await harness.inbox.append(0, [{ workflowUid: "w", event: { type: "suspend-requested" } }]);
      expect(harness.inbox.incarnation()).toBe(before);
    });
  });
}
