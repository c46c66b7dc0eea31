import { expect, test } from "vitest";
import { printable, printableLine } from "./printable.ts";

test.each([
  ["plain text, ümläut, 漢字, 🙂\tand a tab", "plain text, ümläut, 漢字, 🙂\tand a tab"],
  ["\u001b[31mred\u001b[0m", "red"],
  ["\u001b]0;title\u0007after", "after"],
  ["\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\", "link"],
  ["\u001b]52;c;never ended", ""],
  ["\u001b[2J\u001b[1;1Hgone", "gone"],
  ["\u009b31mone byte", "one byte"],
  ["\u001bcreset", "reset"],
  ["a\rb\u0008c\u0000", "a\ufffdb\ufffdc\ufffd"],
  ["\u202eturned", "\ufffdturned"],
  ["\u001b", "\ufffd"],
  ["one\r\ntwo\u001b[A\nthree", "one\ntwo\nthree"],
])("%j is shown as %j", (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test("colours stay if asked for, and only they", () => {
  expect(printable("\u001b[1;31mred\u001b[0m\u001b[2K\u001b[5n", true)).toBe("\u001b[1;31mred\u001b[0m");
});

test("one line", () => {
  expect(printableLine("a\n\tb\u001b[31m")).toBe("a b");
});
