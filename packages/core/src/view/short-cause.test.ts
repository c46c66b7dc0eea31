import { describe, expect, test } from "vitest";
import { type Answers, echo, play, specOf } from "../machine/testing/play.ts";

const failed = (message?: string) => ({ phase: "Failed", ...(message !== undefined && { message }) }) as const;
const bad = failed("main: Error (exit code 3)");
const step = (name: string, more: object = {}) => ({ name, template: "echo", ...more });
const steps = specOf([{ name: "main", steps: [[step("build")], [step("test", { withItems: ["a", "b", "c"] })]] }]);
const retried = specOf([
  { name: "main", steps: [[step("go", { template: "again" })]] },
  { ...echo, name: "again", retryStrategy: { limit: "2" } },
]);

describe("the short cause of a failed workflow", () => {
  test.each<readonly [string, Parameters<typeof play>[0], Answers, string | undefined]>([
    ["the step and its message", steps, { "[0].build": bad }, "build: Error (exit code 3)"],
    [
      "an item, and how many more",
      steps,
      { "[1].test(1:b)": bad, "[1].test(2:c)": bad },
      "test(1:b): Error (exit code 3), and 1 more",
    ],
    [
      "its exit code without a message",
      steps,
      { "[0].build": { phase: "Failed", outputs: { exitCode: "7" } } },
      "build: exit code 7",
    ],
    ["its phase with neither", steps, { "[0].build": { phase: "Error" } }, "build: Error"],
    [
      "the last attempt",
      retried,
      { "[0].go(0)": failed("first"), "[0].go(1)": failed("second"), "[0].go(2)": failed("third") },
      "go (3 attempts): third",
    ],
    ["a message of many lines in one", steps, { "[0].build": failed("one\n  two\tthree") }, "build: one two three"],
    ["not what was made good", steps, {}, undefined],
    ["not where the message says it", specOf([], { entrypoint: "echo" }), { "": bad }, undefined],
    [
      "not a step that was allowed to fail, beside one that was not",
      specOf([{ name: "main", steps: [[step("lint", { continueOn: { failed: true } })], [step("build")]] }]),
      { "[0].lint": failed("style"), "[1].build": bad },
      "build: Error (exit code 3)",
    ],
    [
      "a task of a DAG, which ends without a message",
      specOf([{ name: "main", dag: { tasks: [step("a"), step("b", { dependencies: ["a"] })] } }]),
      { b: bad },
      "b: Error (exit code 3)",
    ],
  ])("%s", (_, spec, answers, cause) => {
    const { driven } = play(spec, answers);
    expect(driven.isEnded).toBe(true);
    expect(driven.header?.cause).toBe(cause);
  });

  test("is bounded", () => {
    const long = step("x".repeat(500));
    const { driven } = play(specOf([{ name: "main", steps: [[long]] }]), {
      [`[0].${long.name}`]: failed("y".repeat(9_999)),
    });
    expect(driven.header?.cause).toMatch(/^x{99}…: y{299}…$/);
  });

  test("goes when the workflow is retried, and comes anew when it fails anew", () => {
    const retry = { type: "retry-requested", restartSuccessful: false, parameters: [] } as const;
    const { driven } = play(steps, { "[0].build": bad });
    driven.decide(retry);
    expect(driven.header).toMatchObject({ phase: "Running" });
    expect(driven.header?.cause).toBeUndefined();
    const task = [...driven.waiting.values()][0];
    if (task === undefined) throw new Error("nothing runs again");
    driven.decide(driven.finishEvent(task, "Failed"));
    expect(driven.header?.cause).toMatch(/^build: /);
  });
});
