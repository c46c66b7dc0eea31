import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatGoDuration, formatHumanDuration, parseDurationMs, parseGoDuration } from "./duration.ts";

describe("durations in Argo's fields", () => {
  test.each([
    { text: "10", ms: 10_000 }, // A bare number is seconds.
    { text: "-3", ms: -3_000 },
    { text: "0", ms: 0 },
    { text: "1h30m", ms: 5_400_000 },
    { text: "1.5s", ms: 1_500 },
    { text: "-1.5h", ms: -5_400_000 },
    { text: "+5s", ms: 5_000 },
    { text: ".5s", ms: 500 },
    { text: "100ms", ms: 100 },
    { text: "1us", ms: 0.001 },
    { text: "1µs", ms: 0.001 },
  ])("$text is $ms ms", ({ text, ms }) => {
    expect(parseDurationMs(text)).toEqual({ ok: true, value: ms });
  });

  test.each([
    { text: "", error: 'unable to parse  as a duration: time: invalid duration ""' },
    { text: "x", error: 'unable to parse x as a duration: time: invalid duration "x"' },
    { text: "1.5", error: 'unable to parse 1.5 as a duration: time: missing unit in duration "1.5"' },
    { text: "1d", error: 'unable to parse 1d as a duration: time: unknown unit "d" in duration "1d"' },
    { text: "1h ", error: 'unable to parse 1h  as a duration: time: unknown unit "h " in duration "1h "' },
    { text: "9999999h", error: 'unable to parse 9999999h as a duration: time: invalid duration "9999999h"' },
  ])("'$text' is refused", ({ text, error }) => {
    expect(parseDurationMs(text)).toEqual({ ok: false, error });
  });

  test.each([
    { ms: 0, go: "0s", human: "0 seconds" },
    { ms: 20, go: "20ms", human: "0 seconds" },
    { ms: 1_000, go: "1s", human: "1 second" },
    { ms: 1_500, go: "1.5s", human: "1 second" },
    { ms: 60_000, go: "1m0s", human: "1 minute 0 seconds" },
    { ms: 90_000, go: "1m30s", human: "1 minute 30 seconds" },
    { ms: 3_600_000, go: "1h0m0s", human: "1 hour 0 minutes" },
    { ms: 36_000_000, go: "10h0m0s", human: "10 hours 0 minutes" },
    { ms: 86_400_000, go: "24h0m0s", human: "1 day 0 hours" },
    { ms: 7 * 86_400_000, go: "168h0m0s", human: "1 week 0 hours" },
    { ms: 60 * 86_400_000, go: "1440h0m0s", human: "2 months 0 hours" },
    { ms: 600 * 86_400_000, go: "14400h0m0s", human: "2 years 0 hours" },
    { ms: 40 * 365 * 86_400_000, go: "350400h0m0s", human: "a long while 0 hours" },
    { ms: 0.0001, go: "100ns", human: "0 seconds" },
    { ms: 0.0015, go: "1.5µs", human: "0 seconds" },
    { ms: -90_000, go: "-1m30s", human: "0 seconds" },
  ])("$ms ms is written $go and $human", ({ ms, go, human }) => {
    expect(formatGoDuration(ms)).toBe(go);
    expect(formatHumanDuration(ms)).toBe(human);
  });

  test("what is written is read again", () => {
    fc.assert(
      fc.property(fc.integer({ min: -(10 ** 12), max: 10 ** 12 }), (ms) => {
        const parsed = parseGoDuration(formatGoDuration(ms));
        expect(parsed.ok && Math.round(parsed.value)).toBe(ms);
      }),
    );
  });
});
