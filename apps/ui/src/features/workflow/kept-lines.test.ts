import { expect, test } from "vitest";
import { linesKeptMax, noLines, withMore } from "./kept-lines.ts";

const line = (text: string, more: object = {}) =>
  ({ atMs: 0, stream: "stdout", container: "main", text, ...more }) as const;

test("says how much lies before the first line that came", () => {
  const kept = withMore(withMore(noLines, [line("abc", { skippedBytes: 100 })]), [line("de")]);
  expect(kept).toMatchObject({ bytes: 7, skippedBytes: 100 });
  expect(kept.lines.map(({ text }) => text)).toEqual(["abc", "de"]);
});

test("of too many lines the first go, and are counted", () => {
  const kept = withMore(
    noLines,
    Array.from({ length: linesKeptMax + 2 }, (_, index) => line(`${index % 10}`)),
  );
  expect(kept.lines).toHaveLength(linesKeptMax);
  expect(kept).toMatchObject({ bytes: 2 * linesKeptMax, skippedBytes: 4 });
});

test("of too long lines the first go, and are counted", () => {
  const long = "x".repeat(5_999_999);
  const kept = withMore(noLines, [line(long), line(long), line(long)]);
  expect(kept).toMatchObject({ bytes: 12_000_000, skippedBytes: 6_000_000 });
});
