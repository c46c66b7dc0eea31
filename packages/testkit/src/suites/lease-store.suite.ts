import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ShardHarness } from "./shard-harness.ts";

const shortTtlMs = 80;
const longTtlMs = 60_000;

/** What every LeaseStore must do. */
export function runLeaseStoreSuite(suite: { readonly create: () => Promise<ShardHarness> }): void {
  describe("a lease store", () => {
    let harness: ShardHarness;
    beforeEach(async () => {
      harness = await suite.create();
    });
    afterEach(() => harness.close());

    test("gives a shard to one owner at a time", async () => {
      const lease = await harness.leases.acquire(3, "a", longTtlMs);
      expect(lease).toMatchObject({ shard: 3, owner: "a" });
      expect(await harness.leases.acquire(3, "b", longTtlMs)).toBeUndefined();
      expect(await harness.leases.acquire(4, "b", longTtlMs)).toMatchObject({ shard: 4, owner: "b" });
    });

    test("gives a higher token with every holding, also to the same owner", async () => {
      const first = await harness.leases.acquire(0, "a", longTtlMs);
      const second = await harness.leases.acquire(0, "a", longTtlMs);
      expect(second?.token).toBeGreaterThan(first?.token ?? Number.POSITIVE_INFINITY);
      expect(first && (await harness.leases.renew(first, longTtlMs))).toBe(false);
      expect(second && (await harness.leases.renew(second, longTtlMs))).toBe(true);
    });

    test("gives an expired shard to the next, with a higher token", async () => {
      const first = await harness.leases.acquire(0, "a", shortTtlMs);
      await harness.passTime(shortTtlMs * 2);
      const second = await harness.leases.acquire(0, "b", longTtlMs);
      expect(second?.token).toBeGreaterThan(first?.token ?? Number.POSITIVE_INFINITY);
      expect(first && (await harness.leases.renew(first, longTtlMs))).toBe(false);
    });

    test("keeps a renewed lease past its first end", async () => {
      const lease = await harness.leases.acquire(0, "a", shortTtlMs);
      expect(lease && (await harness.leases.renew(lease, longTtlMs))).toBe(true);
      await harness.passTime(shortTtlMs * 2);
      expect(await harness.leases.acquire(0, "b", longTtlMs)).toBeUndefined();
    });

    test("does not renew what has expired", async () => {
      const lease = await harness.leases.acquire(0, "a", shortTtlMs);
      await harness.passTime(shortTtlMs * 2);
      expect(lease && (await harness.leases.renew(lease, longTtlMs))).toBe(false);
    });

    test("frees a released shard at once, and a stale release frees nothing", async () => {
      const first = await harness.leases.acquire(0, "a", longTtlMs);
      if (first) await harness.leases.release(first);
      const second = await harness.leases.acquire(0, "b", longTtlMs);
      expect(second).toMatchObject({ owner: "b" });
      if (first) await harness.leases.release(first);
      expect(await harness.leases.acquire(0, "c", longTtlMs)).toBeUndefined();
    });

    test("lists the living coordinators, sorted, and forgets the silent and those that left", async () => {
      expect(await harness.leases.heartbeat("b", longTtlMs)).toEqual(["b"]);
      expect(await harness.leases.heartbeat("a", shortTtlMs)).toEqual(["a", "b"]);
      expect(await harness.leases.heartbeat("c", longTtlMs)).toEqual(["a", "b", "c"]);
      await harness.passTime(shortTtlMs * 2);
      expect(await harness.leases.heartbeat("c", longTtlMs)).toEqual(["b", "c"]);
      await harness.leases.leave("b");
      expect(await harness.leases.heartbeat("c", longTtlMs)).toEqual(["c"]);
    });
  });
}
