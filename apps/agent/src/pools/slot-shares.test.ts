import fc from "fast-check";
import { expect, test } from "vitest";
import { shareSlots } from "./slot-shares.ts";

test.each([
  { what: "the own pool alone has all", slots: 3, own: 1, extras: [], retired: 0, shares: { own: 3, extras: [] } },
  { what: "none, and nobody holds any", slots: 0, own: 1, extras: [1], retired: 0, shares: { own: 0, extras: [0] } },
  { what: "half is held out", slots: 100, own: 0, extras: [0], retired: 0, shares: { own: 51, extras: [50] } },
  { what: "in equal parts", slots: 100, own: 40, extras: [10, 0], retired: 10, shares: { own: 62, extras: [20, 10] } },
  {
    what: "at least one to each",
    slots: 4,
    own: 1,
    extras: [0, 0, 0],
    retired: 0,
    shares: { own: 4, extras: [1, 1, 1] },
  },
  { what: "in a full agent too", slots: 3, own: 3, extras: [0], retired: 0, shares: { own: 3, extras: [1] } },
  {
    what: "which the own pool has less then",
    slots: 3,
    own: 3,
    extras: [1],
    retired: 0,
    shares: { own: 2, extras: [1] },
  },
  { what: "but never none", slots: 2, own: 1, extras: [3], retired: 0, shares: { own: 1, extras: [3] } },
])("$what", ({ slots, own, extras, retired, shares }) => {
  expect(shareSlots(slots, { own, extras, retired })).toEqual(shares);
});

test("whoever fills his share first, no more is held than slots and one for each extra pool", () => {
  const count = fc.nat(20);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.nat(8),
      fc.array(fc.nat(), { maxLength: 200 }),
      count,
      (slots, pools, picks, retired) => {
        const held = { own: 0, extras: Array.from({ length: pools }, () => 0), retired: Math.min(retired, slots) };
        for (const pick of picks) {
          const shares = shareSlots(slots, held);
          const pool = pick % (pools + 1);
          if (pool === pools) held.own = Math.max(held.own, shares.own);
          else held.extras[pool] = Math.max(held.extras[pool] ?? 0, shares.extras[pool] ?? 0);
          const total = held.extras.reduce((sum, one) => sum + one, held.own + held.retired);
          expect(total).toBeLessThanOrEqual(slots + pools + 1);
        }
      },
    ),
  );
});
