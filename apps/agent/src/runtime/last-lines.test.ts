import { expect, test } from "vitest";
import { LastLines, LatestLines } from "./last-lines.ts";

const line = (text: string) => ({ atMs: 0, stream: "stdout", container: "main", text }) as const;

test.each([
  { linesMax: 2, bytesMax: 100, added: ["a", "b", "c"], kept: ["b", "c"], pushedOutBytes: 2 },
  { linesMax: 9, bytesMax: 6, added: ["a", "bb", "é"], kept: ["bb", "é"], pushedOutBytes: 2 },
  { linesMax: 9, bytesMax: 3, added: ["a", "too long"], kept: [], pushedOutBytes: 11 },
  { linesMax: 0, bytesMax: 9, added: ["a"], kept: [], pushedOutBytes: 2 },
])("of $added at most $linesMax lines and $bytesMax bytes: $kept", ({ linesMax, bytesMax, added, ...expected }) => {
  const last = new LastLines(linesMax, bytesMax);
  for (const text of added) last.add(line(text));
  expect({ kept: last.lines.map(({ text }) => text), pushedOutBytes: last.pushedOutBytes }).toEqual(expected);
});

test("keeps the end of many", () => {
  const last = new LastLines(3, 1_000);
  for (let index = 0; index < 10_000; index++) last.add(line(String(index)));
  expect(last.lines.map(({ text }) => text)).toEqual(["9997", "9998", "9999"]);
});

test("of two streams the latest are kept, whichever came first", () => {
  const latest = new LatestLines(3, 1_000);
  latest.add({ ...line("the error"), stream: "stderr", atMs: 90 });
  for (let atMs = 0; atMs < 100; atMs++) latest.add({ ...line(`${atMs}`), atMs });
  const { lines, pushedOutBytes } = latest.end();
  expect(lines.map(({ text }) => text)).toEqual(["97", "98", "99"]);
  expect(pushedOutBytes).toBe(10 * 2 + 87 * 3 + "the error".length + 1);
  const later = new LatestLines(2, 1_000);
  later.add({ ...line("the error"), stream: "stderr", atMs: 100 });
  for (let atMs = 0; atMs < 100; atMs++) later.add({ ...line(`${atMs}`), atMs });
  expect(later.end().lines.map(({ text }) => text)).toEqual(["99", "the error"]);
});
