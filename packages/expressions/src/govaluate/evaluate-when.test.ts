import { describe, expect, test } from "vitest";
import { limits } from "../limits.ts";
import { evaluateWhen } from "./evaluate-when.ts";
import cases from "./when.cases.json" with { type: "json" };

describe("conditions decide as govaluate does in Argo", () => {
  test.each(cases as { readonly source: string; readonly holds?: boolean }[])("$source", ({ source, holds }) => {
    const result = evaluateWhen(source);
    expect(result.ok ? result.value : undefined).toBe(holds);
  });
});

test("an empty condition holds", () => {
  expect(evaluateWhen("")).toEqual({ ok: true, value: true });
});

test.each([
  ["a @ b", /Invalid 'when' expression 'a @ b': Invalid token: '@' \(hint: try wrapping the affected expression/],
  ["!foo", /Failed to parse 'when' expression '!foo': Cannot transition token types from PREFIX \[!\] to STRING/],
  ["1 + 2", /Expected boolean evaluation for '1 \+ 2'. Got 3/],
  ["a < 1", /Failed to evaluate 'when' expresion 'a < 1': Value 'a' cannot be used with the comparator '<'/],
])("%s fails and says why", (source, message) => {
  const result = evaluateWhen(source);
  expect(result.ok ? "" : result.error).toMatch(message);
});

test("hostile conditions are refused", () => {
  expect(evaluateWhen("(".repeat(limits.whenNestingMax + 1)).ok).toBe(false);
  expect(evaluateWhen(Array.from({ length: limits.whenTokensMax }, () => "a").join(" == ")).ok).toBe(false);
});

test("a long chain of conditions is decided", () => {
  const terms = Array.from({ length: 400 }, () => "a == a");
  expect(evaluateWhen(terms.join(" && "))).toEqual({ ok: true, value: true });
});
