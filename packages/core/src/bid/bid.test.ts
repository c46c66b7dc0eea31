import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Bid } from "../task.ts";
import { bidLimits, bidProbability, makeBid } from "./bid.ts";
import { explainBid } from "./explain-bid.ts";
import { queuePriority, queuePriorityMax } from "./queue-priority.ts";

const policy = { k: Math.log(9) / 60, thetaSeconds: 60, secondsPerPriority: 30 };
const nothingAhead = { criticalPathSeconds: 0, remainingWorkSeconds: 0 };
const submittedAtMs = Date.UTC(2026, 0, 1);

function bidOf(task: Partial<Parameters<typeof makeBid>[0]> = {}): Bid {
  return makeBid({ submittedAtMs, userPriority: 0, ahead: nothingAhead, policy, ...task });
}

describe("which task runs first", () => {
  test.each<{ title: string; first: Bid; second: Bid }>([
    {
      title: "the workflow that was submitted first",
      first: bidOf(),
      second: bidOf({ submittedAtMs: submittedAtMs + 1_000 }),
    },
    {
      title: "the task with more before the end of the workflow",
      first: bidOf({ ahead: { criticalPathSeconds: 100, remainingWorkSeconds: 100 } }),
      second: bidOf({ ahead: { criticalPathSeconds: 10, remainingWorkSeconds: 100 } }),
    },
    {
      title: "the workflow with less work left",
      first: bidOf({ ahead: { criticalPathSeconds: 10, remainingWorkSeconds: 10 } }),
      second: bidOf({ ahead: { criticalPathSeconds: 10, remainingWorkSeconds: 10_000 } }),
    },
    { title: "the higher priority", first: bidOf({ userPriority: 1 }), second: bidOf() },
    {
      title: "the class with the shorter promise",
      first: bidOf({ policy: { ...policy, thetaSeconds: 5 } }),
      second: bidOf(),
    },
  ])("$title", ({ first, second }) => {
    expect(first.keySeconds).toBeLessThan(second.keySeconds);
    const nowMs = submittedAtMs + 40_000;
    expect(bidProbability(first, nowMs)).toBeGreaterThan(bidProbability(second, nowMs));
  });

  test("P is one half when the promised wait is over, nine tenths one growth time later", () => {
    expect(bidProbability(bidOf(), submittedAtMs + 60_000)).toBeCloseTo(0.5, 6);
    expect(bidProbability(bidOf(), submittedAtMs + 120_000)).toBeCloseTo(0.9, 6);
  });

  test("nobody waits for later workflows for longer than the terms allow", () => {
    const worst = bidOf({ ahead: { criticalPathSeconds: 0, remainingWorkSeconds: 1e12 } });
    const laterMs =
      submittedAtMs + (bidLimits.criticalPathSecondsMax + bidLimits.remainingWorkTermSecondsMax) * 1_000 + 1;
    const best = bidOf({ submittedAtMs: laterMs, ahead: { criticalPathSeconds: 1e12, remainingWorkSeconds: 0 } });
    expect(worst.keySeconds).toBeLessThan(best.keySeconds);
  });
});

describe("an explanation", () => {
  test("adds up to the bid", () => {
    const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(amount, amount, fc.integer({ min: -10, max: 10 }), amount, (path, work, userPriority, age) => {
        const bid = bidOf({ userPriority, ahead: { criticalPathSeconds: path, remainingWorkSeconds: work } });
        const nowMs = submittedAtMs + age * 1_000;
        const explained = explainBid(bid, nowMs);
        expect(explained.executionTimeSeconds - explained.thetaSeconds).toBeCloseTo(nowMs / 1_000 - bid.keySeconds, 3);
        const { k, executionTimeSeconds: t, thetaSeconds: theta } = explained;
        expect(explained.probability).toBeCloseTo(1 / (1 + Math.exp(-k * (t - theta))), 6);
      }),
    );
  });
});

describe("BullMQ's priority", () => {
  const windowStart = 1_700_000_000;
  const key = fc.double({ min: windowStart - 1e6, max: windowStart + 4e6, noNaN: true });

  test.each([
    { title: "the window's first second", keySeconds: windowStart, priority: 1 },
    { title: "a second later", keySeconds: windowStart + 1, priority: 2 },
    { title: "before the window", keySeconds: windowStart - 99, priority: 1 },
    { title: "behind the window", keySeconds: windowStart + 1e9, priority: queuePriorityMax },
  ])("$title", ({ keySeconds, priority }) => {
    expect(queuePriority(keySeconds, windowStart)).toBe(priority);
  });

  test("is a whole number from 1, and keeps the order of keys", () => {
    fc.assert(
      fc.property(key, key, (left, right) => {
        const priority = queuePriority(left, windowStart);
        expect(Number.isInteger(priority) && priority >= 1 && priority <= queuePriorityMax).toBe(true);
        const difference = priority - queuePriority(right, windowStart);
        expect(left <= right ? difference <= 0 : difference >= 0).toBe(true);
      }),
    );
  });

  test("tells keys apart that differ by a second", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: queuePriorityMax - 2 }), (second) => {
        expect(queuePriority(windowStart + second + 1, windowStart)).toBe(
          queuePriority(windowStart + second, windowStart) + 1,
        );
      }),
    );
  });

  test("the order of two bids never changes with time", () => {
    const task = fc.record({
      submittedAtMs: fc.integer({ min: submittedAtMs, max: submittedAtMs + 1e7 }),
      userPriority: fc.integer({ min: -5, max: 5 }),
      ahead: fc.record({ criticalPathSeconds: fc.nat(5_000), remainingWorkSeconds: fc.nat(50_000) }),
    });
    fc.assert(
      fc.property(task, task, fc.nat(1_000), (left, right, afterSeconds) => {
        const [one, two] = [bidOf(left), bidOf(right)];
        const nowMs = submittedAtMs + afterSeconds * 1_000;
        const difference = bidProbability(one, nowMs) - bidProbability(two, nowMs);
        expect(one.keySeconds < two.keySeconds ? difference >= 0 : difference <= 0).toBe(true);
      }),
    );
  });
});
