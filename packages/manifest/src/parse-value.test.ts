import { expect, test } from "vitest";
import { parseValue } from "./parse-value.ts";

test.each([
  ["- op: add\n  path: /a\n  value: yes", [{ op: "add", path: "/a", value: true }]],
  ['{"a": 1}', { a: 1 }],
  ["", null],
  ["# nothing\n", null],
  ["010", 8],
])("%j is read as Kubernetes reads it", (text, value) => {
  expect(parseValue(text)).toEqual({ ok: true, value });
});

test.each([
  ["a: [", /not YAML/],
  ["a: 1\n---\nb: 2", /one YAML document/],
  ["a: 1\na: 2", /twice|already|duplicate/i],
  ["a: &a [*a]", /./],
  ["[".repeat(5_000), /deep/],
])("%j is refused", (text, error) => {
  expect(parseValue(text)).toMatchObject({ ok: false, error: expect.stringMatching(error) });
});
