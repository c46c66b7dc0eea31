import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDepends } from "../depends/parse-depends.ts";
import { evaluateWhen } from "../govaluate/evaluate-when.ts";
import { evaluateJsonPath } from "../jsonpath/evaluate-json-path.ts";
import { parseLabelSelector } from "../selectors/label-selector.ts";
import { environmentFromRecord } from "./environment.ts";
import { compileExpression, evaluateBoolean, evaluateExpression } from "./expression.ts";

const environment = environmentFromRecord({ list: [1, 2, 3], text: "abc", map: { a: 1 } });

function run(source: string) {
  const compiled = compileExpression(source);
  return compiled.ok ? evaluateExpression(compiled.value, environment, { nowMs: 0, random: () => 0.5 }) : compiled;
}

describe("expressions that would consume the process are refused", () => {
  test.each([
    ["a large range", "1..1000000000"],
    ["ranges inside ranges", "map(1..2000, map(1..2000, map(1..2000, #)))"],
    ["a large repetition", 'repeat("a", 1000000000)'],
    ["repeated repetitions", 'repeat(repeat("a", 100000), 100000)'],
    ["sprig repetition", 'sprig.repeat(1000000000, "a")'],
    ["a sprig range", "sprig.until(100000000)"],
    ["a sprig sequence", "sprig.seq(1, 100000000)"],
    ["a doubling string", `reduce(1..60, #acc + #acc, "abcdefgh")`],
    ["a doubling list", "reduce(1..40, concat(#acc, #acc), [1])"],
    ["a nested list that is flattened", "flatten(reduce(1..3000, [#acc], []))"],
    ["a nested list that is printed", "string(reduce(1..3000, [#acc], []))"],
    ["a nested list that is marshalled", "toJSON(reduce(1..3000, [#acc], []))"],
    ["a nested list that is compared", "reduce(1..3000, [#acc], []) == reduce(1..3000, [#acc], [])"],
    ["nested parentheses", `${"(".repeat(5_000)}1${")".repeat(5_000)}`],
    ["nested lists", `${"[".repeat(5_000)}${"]".repeat(5_000)}`],
    ["nested signs", `${"-".repeat(5_000)}1`],
    ["nested calls", `${"len(".repeat(5_000)}1${")".repeat(5_000)}`],
    ["a long chain of accesses", `map${".a".repeat(20_000)}`],
    ["nested conditions", `${"true ? ".repeat(3_000)}1`],
    ["random text without a source of chance", "sprig.randAlpha(-1)"],
  ])("%s", (_name, source) => {
    const started = Date.now();
    const result = run(source);
    expect(result.ok).toBe(false);
    expect(Date.now() - started).toBeLessThan(3_000);
  });

  test("a pattern that backtracks elsewhere is matched in linear time", () => {
    const started = Date.now();
    expect(run(`repeat("a", 5000) + "!" matches "^(a+)+$"`)).toEqual({ ok: true, value: false });
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  test("a condition of thousands of terms is evaluated", () => {
    const terms = Array.from({ length: 2_400 }, () => "text == text").join(" && ");
    expect(evaluateBoolean(terms, environment)).toEqual({ ok: true, value: true });
  });
});

describe("nothing throws", () => {
  const words = [
    "list",
    "text",
    "map",
    "1",
    "2.5",
    "'a'",
    '"b"',
    "#",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "?",
    "??",
    "?.",
    ".",
    "..",
    "|",
    "||",
    "&&",
    "not",
    "in",
    "let",
    "=",
    ";",
    "if",
    "else",
    "filter(",
    "len(",
    "sprig.",
    "+",
    "-",
    "*",
    "**",
    "matches",
    "nil",
    "\\",
    "`",
    "$env",
    "::",
    "b'",
  ];
  const soup = fc.array(fc.constantFrom(...words), { maxLength: 14 }).map((parts) => parts.join(" "));
  const anyText = fc.oneof(soup, fc.string(), fc.string({ unit: "binary" }));

  test("whatever the expression", () => {
    fc.assert(
      fc.property(anyText, (source) => {
        expect(typeof run(source).ok).toBe("boolean");
      }),
      { numRuns: 2_000 },
    );
  });

  test("whatever the condition, path, depends or selector", () => {
    fc.assert(
      fc.property(anyText, (source) => {
        expect(typeof evaluateWhen(source).ok).toBe("boolean");
        expect(typeof evaluateJsonPath({ a: [1] }, `$${source}`).ok).toBe("boolean");
        expect(typeof parseLabelSelector(source).ok).toBe("boolean");
        const depends = parseDepends(source);
        if (depends.ok) expect(typeof depends.value.evaluate(() => true).ok).toBe("boolean");
      }),
      { numRuns: 1_000 },
    );
  });
});
