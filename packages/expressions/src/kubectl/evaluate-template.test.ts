import { describe, expect, test } from "vitest";
import { evaluateKubectlPath } from "./evaluate-template.ts";
import cases from "./kubectl-path.cases.json" with { type: "json" };
import document from "./kubectl-path.document.json" with { type: "json" };

interface Case {
  readonly template: string;
  readonly text?: string;
  readonly error?: string;
}

// Recorded from kubectl 1.34: `kubectl create --dry-run=client -f DOCUMENT -o jsonpath=TEMPLATE`.
describe("templates print what kubectl prints", () => {
  test.each(cases as readonly Case[])("$template", ({ template, text, error }) => {
    const result = evaluateKubectlPath(document, template);
    if (text !== undefined) expect(result).toEqual({ ok: true, value: text });
    else expect(result).toMatchObject({ ok: false, error: isSyntax(error) ? expect.any(String) : error });
  });
});

/** What is wrong in a template's text is told in words of our own. */
function isSyntax(error = ""): boolean {
  return error.startsWith("unrecognized character");
}

test.each([
  ["whole", "{}"],
  ["wildcards over fields, in their order", "{.metadata.annotations.*}"],
  ["every depth", "{.metadata..name}"],
])("%s", (_, template) => {
  const text = { "{}": JSON.stringify({ a: 1 }), "{.metadata.annotations.*}": "x<&>y 2", "{.metadata..name}": "jp" };
  const from = template === "{}" ? { a: 1 } : document;
  expect(evaluateKubectlPath(from, template)).toEqual({ ok: true, value: text[template as keyof typeof text] });
});

test.each([
  [
    "numbers as Go prints them",
    { n: 1.5, big: 12_345_678, small: 0.000_01 },
    "{.n} {.big} {.small}",
    "1.5 12345678 1e-05",
  ],
  ["nothing for null", { a: null }, "[{.a}][{.a.b}][{.a[0]}]", "[][][]"],
])("%s", (_, value, template, text) => {
  expect(evaluateKubectlPath(value, template)).toEqual({ ok: true, value: text });
});

test.each([
  ["too deep", `{.a${"[?(@.a".repeat(300)}`],
  ["exploding", `{${"[0,0,0,0,0,0,0,0,0,0]".repeat(8)}}`],
  ["too long", "x".repeat(2_000_000)],
])("what is %s is refused", (_, template) => {
  expect(evaluateKubectlPath([[[[[[[[1]]]]]]]], template)).toMatchObject({ ok: false });
});
