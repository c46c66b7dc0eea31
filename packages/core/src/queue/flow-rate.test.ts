import { expect, test } from "vitest";
import { minutesOfRate, ratePerMinute } from "./flow-rate.ts";

const minute = 28_000_000;
const at = (seconds: number) => minute * 60_000 + seconds * 1_000;

test.each([
  { what: "nothing", counts: [], seconds: 30, rate: 0 },
  { what: "a steady flow", counts: [10, 10, 10, 10, 5], seconds: 30, rate: 10 },
  { what: "a minute that has only begun", counts: [8, 8, 8, 8, 0], seconds: 0, rate: 8 },
  { what: "what is long ago", counts: [900, 0, 0, 0, 0, 0], seconds: 15, rate: 0 },
])("$what", ({ counts, seconds, rate }) => {
  const byMinute = new Map(counts.map((count, index) => [minute - counts.length + 1 + index, count]));
  expect(ratePerMinute(byMinute, at(seconds))).toBeCloseTo(rate, 10);
});

test("a rate is made of the last minutes, this one included", () => {
  expect(minutesOfRate(at(59))).toEqual([minute - 4, minute - 3, minute - 2, minute - 1, minute]);
});
