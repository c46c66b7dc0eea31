import { describe, expect, test } from "vitest";
import type { WorkflowPhase } from "../status.ts";
import {
  advanceBulkRetry,
  answerBulkRetry,
  type BulkRetry,
  bulkRetryLimits,
  continueBulkRetry,
  haltBulkRetry,
  isActive,
  type RetryTarget,
} from "./bulk-retry.ts";

const target = (uid: string, state: RetryTarget["state"] = "waiting"): RetryTarget => ({
  uid,
  name: `w-${uid}`,
  state,
});
const retryOf = (phase: BulkRetry["phase"], targets: readonly RetryTarget[]): BulkRetry => ({
  ...{ id: "r", namespace: "ns", fingerprint: "f", createdAtMs: 1, how: { kind: "retry", parameters: [] } },
  ...{ phase, targets },
});
const phases = (entries: Record<string, WorkflowPhase | "absent"> = {}) => new Map(Object.entries(entries));
const shown = ({ phase, targets }: BulkRetry) => [phase, targets.map(({ uid, state }) => `${uid} ${state}`).join(", ")];

describe("a step", () => {
  test.each<{
    what: string;
    before: BulkRetry;
    read?: Record<string, WorkflowPhase | "absent">;
    after: readonly string[];
  }>([
    {
      what: "asks for the first alone",
      before: retryOf("canary", [target("a"), target("b")]),
      after: ["canary", "a asking, b waiting"],
    },
    {
      what: "asks again for what was asked for before a crash",
      before: retryOf("canary", [target("a", "asking"), target("b")]),
      after: ["canary", "a asking, b waiting"],
    },
    {
      what: "waits while the first runs",
      before: retryOf("canary", [target("a", "running"), target("b")]),
      read: { a: "Running" },
      after: ["canary", "a running, b waiting"],
    },
    {
      what: "takes the next as the first where the first cannot be tried",
      before: retryOf("canary", [target("a", "skipped"), target("b"), target("c")]),
      after: ["canary", "a skipped, b asking, c waiting"],
    },
    {
      what: "asks for the rest when the first has succeeded",
      before: retryOf("canary", [target("a", "running"), target("b"), target("c")]),
      read: { a: "Succeeded" },
      after: ["rest", "a succeeded, b asking, c asking"],
    },
    {
      what: "halts when the first has failed",
      before: retryOf("canary", [target("a", "running"), target("b")]),
      read: { a: "Failed" },
      after: ["halted", "a failed, b waiting"],
    },
    {
      what: "halts when the first was deleted",
      before: retryOf("canary", [target("a", "running"), target("b")]),
      read: { a: "absent" },
      after: ["halted", "a failed, b waiting"],
    },
    {
      what: "goes on although one of the rest fails, and ends with the last",
      before: retryOf("rest", [target("a", "running"), target("b", "running")]),
      read: { a: "Error", b: "Succeeded" },
      after: ["done", "a failed, b succeeded"],
    },
    {
      what: "ends where nothing can be tried",
      before: retryOf("canary", [target("a", "skipped")]),
      after: ["done", "a skipped"],
    },
    {
      what: "still takes in what runs when it was halted, and asks for nothing",
      before: retryOf("halted", [target("a", "running"), target("b")]),
      read: { a: "Succeeded" },
      after: ["halted", "a succeeded, b waiting"],
    },
  ])("$what", ({ before, read, after }) => expect(shown(advanceBulkRetry(before, phases(read)))).toEqual(after));

  test("has a bounded number under way", () => {
    const many = Array.from({ length: 200 }, (_, index) => target(`t${index}`, index < 10 ? "running" : "waiting"));
    const { targets } = advanceBulkRetry(retryOf("rest", many), phases());
    expect(targets.filter(({ state }) => state === "asking")).toHaveLength(bulkRetryLimits.atOnceMax - 10);
  });
});

test("an answer is taken in once; who was refused is skipped with the reason", () => {
  const asking = retryOf("rest", [target("a", "asking"), target("b", "asking"), target("c", "succeeded")]);
  const answered = answerBulkRetry(
    asking,
    new Map([
      ["a", { inboxId: "5-0" }],
      ["b", { refused: "deleted" }],
      ["c", { inboxId: "6-0" }],
    ]),
  );
  expect(answered.targets).toEqual([
    { ...target("a", "running"), inboxId: "5-0" },
    { ...target("b", "skipped"), message: "deleted" },
    target("c", "succeeded"),
  ]);
});

test("people halt it and let it go on", () => {
  const halted = haltBulkRetry(retryOf("rest", [target("a", "running"), target("b")]), "stopped");
  expect([halted.phase, halted.message, isActive(halted)]).toEqual(["halted", "stopped", true]);
  expect(continueBulkRetry(halted)).toEqual(retryOf("rest", halted.targets));
  const failed = retryOf("halted", [target("a", "failed"), target("b")]);
  expect(isActive(failed)).toBe(false);
  expect(shown(advanceBulkRetry(continueBulkRetry(failed), phases()))).toEqual(["rest", "a failed, b asking"]);
  const done = retryOf("done", []);
  expect([haltBulkRetry(done, "x"), continueBulkRetry(done), isActive(done)]).toEqual([done, done, false]);
});
