import { describe, expect, test } from "vitest";
import { marshalJson } from "../golang/marshal-json.ts";
import { evaluateJsonPath } from "./evaluate-json-path.ts";
import cases from "./jsonpath.cases.json" with { type: "json" };
import document from "./jsonpath.document.json" with { type: "json" };

describe("paths find what Argo's jsonpath() finds", () => {
  test.each(cases as { readonly path: string; readonly value?: unknown }[])("$path", ({ path, value }) => {
    const result = evaluateJsonPath(document, path);
    expect(result.ok ? JSON.parse(marshalJson(result.value)) : undefined).toEqual(value);
  });
});

test("a path that nests too deeply is refused", () => {
  const path = `${"$[?(".repeat(30)}@${")]".repeat(30)}`;
  expect(evaluateJsonPath({}, path).ok).toBe(false);
});
