import { describe, expect, test } from "vitest";
import { ownerOf } from "./rendezvous.ts";

const shards = Array.from({ length: 640 }, (_, shard) => shard);

describe("the owner of a shard", () => {
  test("is nobody where nobody lives", () => {
    expect(ownerOf(0, [])).toBeUndefined();
  });

  test("does not depend on the order of the list", () => {
    for (const shard of shards) expect(ownerOf(shard, ["a", "b", "c"])).toBe(ownerOf(shard, ["c", "a", "b"]));
  });

  test.each([
    [["a", "b"]],
    [["coordinator-1", "coordinator-2", "coordinator-3"]],
    [["x-1", "x-2", "x-3", "x-4", "x-5"]],
  ])("shares evenly among %j", (coordinators) => {
    const fair = shards.length / coordinators.length;
    for (const coordinator of coordinators) {
      const share = shards.filter((shard) => ownerOf(shard, coordinators) === coordinator).length;
      expect(share).toBeGreaterThan(fair * 0.75);
      expect(share).toBeLessThan(fair * 1.25);
    }
  });

  test("changes only for the shards of one that goes", () => {
    for (const shard of shards) {
      const before = ownerOf(shard, ["a", "b", "c"]);
      if (before !== "b") expect(ownerOf(shard, ["a", "c"])).toBe(before);
    }
  });
});
