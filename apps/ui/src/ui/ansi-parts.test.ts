import { expect, test } from "vitest";
import { ansiParts } from "./ansi-parts.ts";

const e = "\u001b";
const shown = (line: string) =>
  ansiParts(line).map(({ text, colour, isBold }) => [text, colour ?? "", ...(isBold ? ["bold"] : [])].join(" ").trim());

test.each([
  { what: "plain text", line: "hello, wörld", parts: ["hello, wörld"] },
  { what: "colours", line: `a${e}[31mb${e}[0mc`, parts: ["a", "b red", "c"] },
  { what: "an empty reset", line: `${e}[32mb${e}[mc`, parts: ["b green", "c"] },
  { what: "bold, bright, back to neither", line: `${e}[1;94ma${e}[22;39mb`, parts: ["a blue bold", "b"] },
  { what: "palettes and true colours are left out", line: `${e}[38;5;31ma${e}[48;2;31;32;33mb`, parts: ["ab"] },
  { what: "what moves the cursor or clears the screen", line: `${e}[2J${e}[99999Ca${e}[?25l${e}[Hb`, parts: ["ab"] },
  { what: "a title", line: `${e}]0;owned\u0007hello`, parts: ["hello"] },
  { what: "a link", line: `${e}]8;;javascript:alert(1)${e}\\click${e}]8;;${e}\\`, parts: ["click"] },
  { what: "a string without an end takes the rest", line: `a${e}]0;owned`, parts: ["a"] },
  { what: "a picture", line: `${e}Pq#0;2${e}\\after`, parts: ["after"] },
  { what: "another character set", line: `${e}(0lqk`, parts: ["lqk"] },
  { what: "the same in eight bits", line: "\u009b31mred\u009d0;owned\u009c!", parts: ["red! red"] },
  { what: "an unfinished sequence", line: `a${e}[31`, parts: ["a"] },
  { what: "an escape alone", line: `a${e}`, parts: ["a"] },
  { what: "other control characters", line: "10%\r20%\b\u0000\u007f\u0085\t|", parts: ["10%␍20%␈␀␡\ufffd\t|"] },
])("$what", ({ line, parts }) => {
  expect(shown(line)).toEqual(parts);
});

test("a bomb of colours comes in few parts, and none of its text is lost", () => {
  const parts = ansiParts(`${e}[31ma${e}[32mb`.repeat(5_000));
  expect(parts.length).toBeLessThan(300);
  expect(parts.map(({ text }) => text).join("")).toBe("ab".repeat(5_000));
});
