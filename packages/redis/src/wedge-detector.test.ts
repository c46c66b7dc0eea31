import { expect, test } from "vitest";
import { WedgeDetector, type WorkerObservation } from "./wedge-detector.ts";

const idle: WorkerObservation = { hasRoom: true, waiting: 3, pulledCount: 0 };

function steps(observations: readonly WorkerObservation[]): readonly string[] {
  const detector = new WedgeDetector();
  return observations.map((observation) => detector.observe(observation));
}

test("a worker that sleeps over a full queue is nudged, then replaced, then watched anew", () => {
  expect(steps([idle, idle, idle, idle, idle, idle])).toEqual(["fine", "nudge", "fine", "replace", "fine", "nudge"]);
});

test.each([
  { why: "it pulled", awake: { ...idle, pulledCount: 1 } },
  { why: "it is full", awake: { ...idle, hasRoom: false } },
  { why: "nothing waits", awake: { ...idle, waiting: 0 } },
])("the count begins again when $why", ({ awake }) => {
  const later = { ...idle, pulledCount: awake.pulledCount };
  expect(steps([idle, awake, later, later])).toEqual(["fine", "fine", "fine", "nudge"]);
});
