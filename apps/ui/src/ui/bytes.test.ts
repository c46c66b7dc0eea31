import { expect, test } from "vitest";
import { formatBytes } from "./bytes.ts";

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1_000, "1.0 kB"],
  [99_949, "99.9 kB"],
  [99_951, "100 kB"],
  [999_600, "1.0 MB"],
  [200_000_000, "200 MB"],
  [5_000_000_000_000_000, "5000 TB"],
])("%i is %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
