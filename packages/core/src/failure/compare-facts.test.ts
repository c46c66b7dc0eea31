import { expect, test } from "vitest";
import { compareFacts, type TaskFacts } from "./task-facts.ts";

const facts = (changes: Partial<TaskFacts>): TaskFacts => ({
  ...{ taskId: "t", workflowUid: "u", namespace: "n", workflowName: "w", nodeId: "i", nodeName: "w.a" },
  ...{ template: "local/w/a", image: "busybox:1", hostNodeName: "h1", parameters: {} },
  ...{ startedAtMs: 1_000, finishedAtMs: 2_000 },
  ...changes,
});

test("runs are set side by side, with every parameter that either has", () => {
  const good = facts({ parameters: { day: "1", region: "eu" } });
  const failed = facts({ image: "busybox:2", parameters: { day: "2", size: "9" }, finishedAtMs: 2_500 });
  expect(compareFacts(good, failed)).toEqual([
    { field: "image", good: "busybox:1", failed: "busybox:2", isDifferent: true },
    { field: "node", good: "h1", failed: "h1", isDifferent: false },
    { field: "duration", good: "1000", failed: "1500", isDifferent: false },
    { field: "parameter", name: "day", good: "1", failed: "2", isDifferent: true },
    { field: "parameter", name: "region", good: "eu", failed: undefined, isDifferent: true },
    { field: "parameter", name: "size", good: undefined, failed: "9", isDifferent: true },
  ]);
});

test.each([
  [60_000, true],
  [2_000, false],
  [0, true],
  [500, false],
])("a second before, %i ms now: different %s", (ms, isDifferent) => {
  const duration = compareFacts(facts({}), facts({ finishedAtMs: 1_000 + ms })).find(
    ({ field }) => field === "duration",
  );
  expect(duration?.isDifferent).toBe(isDifferent);
});
