import { describe, expect, test } from "vitest";
import { marshalJson } from "../golang/marshal-json.ts";
import { fromJsonValue } from "../golang/unmarshal-json.ts";
import sprigCases from "../sprig/sprig.cases.json" with { type: "json" };
import type { ExprEnvironment } from "./environment.ts";
import { environmentFromVariables } from "./environment.ts";
import { compileExpression, evaluateExpression } from "./expression.ts";
import cases from "./expressions.cases.json" with { type: "json" };

interface Case {
  readonly source: string;
  /** What the Go libraries answer, marshalled; absent where they fail. */
  readonly json?: string;
}

function environmentOf(
  variables: Readonly<Record<string, string>>,
  values: Readonly<Record<string, unknown>>,
): ExprEnvironment {
  const base = environmentFromVariables(new Map(Object.entries(variables)));
  return { get: (name) => (Object.hasOwn(values, name) ? fromJsonValue(values[name]) : base.get(name)) };
}

function run(source: string, environment: ExprEnvironment): string | undefined {
  const compiled = compileExpression(source);
  const result = compiled.ok ? evaluateExpression(compiled.value, environment, { nowMs: 1_700_000_000_000 }) : compiled;
  if (!result.ok) return undefined;
  try {
    return marshalJson(result.value);
  } catch {
    return undefined;
  }
}

const environment = environmentOf(
  {
    item: "x",
    "workflow.name": "wf",
    "workflow.parameters": "[]",
    "inputs.parameters.n": "42",
    "inputs.parameters.s": "héllo <b>&",
    "inputs.parameters.list": "[1,2,3]",
    "inputs.parameters.obj": '{"a":{"b":[1,2,{"c":"d"}]},"length":3,"k":null}',
    "steps.a-b.outputs.result": "ok",
    "a.b": "1",
    a: "2",
    "dashed-x": "q",
    status: "Failed",
  },
  {
    nums: [3, 1, 2],
    words: ["b", "a", "c"],
    people: [
      { name: "Ann", age: 30, tags: ["x", "y"] },
      { name: "Bob", age: 25, tags: [] },
      { name: "Cy", age: 30, tags: ["z"] },
    ],
    m: { x: 1, y: { z: "deep" }, n: null },
    f: 1.5,
    t: true,
    nul: null,
    big: 1e21,
    neg: -3.7,
  },
);

const sprigEnvironment = environmentOf(
  { item: "x" },
  { nums: [3, 1, 2], m: { a: 1, b: { c: "d" }, e: "" }, l: ["b", "a", null, "b", 1] },
);

describe("expressions give what expr-lang gives", () => {
  test.each(cases as Case[])("$source", ({ source, json }) => {
    expect(run(source, environment)).toBe(json);
  });
});

describe("sprig functions give what the Go library gives", () => {
  test.each(sprigCases as Case[])("$source", ({ source, json }) => {
    expect(run(source, sprigEnvironment)).toBe(json);
  });
});
