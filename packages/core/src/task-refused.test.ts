import { expect, test } from "vitest";
import { refusalDelayMs, TaskRefused } from "./task-refused.ts";

test.each([
  { deliveries: 1, delayMs: 500 },
  { deliveries: 2, delayMs: 1_000 },
  { deliveries: 5, delayMs: 8_000 },
  { deliveries: 6, delayMs: 15_000 },
  { deliveries: 10_000, delayMs: 15_000 },
])("refused at delivery $deliveries: away for $delayMs ms", ({ deliveries, delayMs }) => {
  expect(refusalDelayMs(deliveries)).toBe(delayMs);
});

test("the reason is for people, the message for logs", () => {
  expect(new TaskRefused("w.n.1", "no room")).toMatchObject({
    reason: "no room",
    message: "task w.n.1 refused: no room",
  });
});
