import { describe, expect, test } from "vitest";
import { templateNames, yamlPlace } from "./yaml-place.ts";

/** The place of the mark ‸ in the text. */
function placeIn(text: string) {
  const lines = text.split("\n");
  const line = lines.findIndex((one) => one.includes("‸"));
  const column = lines[line]?.indexOf("‸") ?? 0;
  return yamlPlace(
    lines.map((one) => one.replace("‸", "")),
    line,
    column,
  );
}

const head = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n";

describe("where the cursor is", () => {
  test.each([
    { text: "ki‸", place: { kind: undefined, path: [], key: undefined, word: "ki", column: 0 } },
    { text: `${head}spec:\n  entry‸`, place: { kind: "Workflow", path: ["spec"], key: undefined, word: "entry" } },
    { text: `${head}spec:\n  entrypoint: ma‸`, place: { path: ["spec"], key: "entrypoint", word: "ma", column: 14 } },
    { text: `${head}spec:\n  templates:\n    - na‸`, place: { path: ["spec", "templates", "[]"], word: "na" } },
    { text: `${head}spec:\n  templates:\n  - name: a\n    con‸`, place: { path: ["spec", "templates", "[]"] } },
    {
      text: `${head}spec:\n  templates:\n  - name: a\n    steps:\n    - - name: s\n        tem‸`,
      place: { path: ["spec", "templates", "[]", "steps", "[]", "[]"], word: "tem" },
    },
    {
      text: `${head}spec:\n  templates:\n  - name: a\n    dag:\n      tasks:\n      - name: b\n        arguments:\n          parameters:\n          - ‸`,
      place: { path: ["spec", "templates", "[]", "dag", "tasks", "[]", "arguments", "parameters", "[]"], word: "" },
    },
    { text: `${head}spec:\n  # a comment\n\n  ‸`, place: { path: ["spec"], word: "" } },
    {
      text: `${head}metadata:\n  name: a\n---\nkind: ConfigMap\nda‸`,
      place: { kind: "ConfigMap", path: [], word: "da" },
    },
    { text: `da‸\n---\nkind: ConfigMap`, place: { kind: undefined, path: [] } },
    { text: `${head}"spec":\n  ‸`, place: { path: ["spec"] } },
  ])("$text", ({ text, place }) => expect(placeIn(text)).toMatchObject(place));

  test.each([
    `${head}spec:\n  templates:\n  - name: a\n    script:\n      source: |\n        key: value\n        ke‸`,
    `${head}spec: {templates: [‸`,
  ])("nothing is offered there: %s", (text) => expect(placeIn(text)).toBeUndefined());
});

test("the templates that a text defines", () => {
  const text = `${head}metadata:\n  name: not-this\nspec:\n  templates:\n  - name: main\n    inputs:\n      parameters:\n      - name: nor-this\n  - container: {}\n    name: "other"\n`;
  expect(templateNames(text.split("\n"))).toEqual(["main", "other"]);
});
