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
    { text: `${head}"spec":\n  ‸`, place: { path: ["spec"], style: "block" } },
    { text: `${head}spec: { entry‸`, place: { path: ["spec"], word: "entry", column: 8, style: "flow" } },
    { text: `${head}spec: { entrypoint: ma‸ }`, place: { path: ["spec"], key: "entrypoint", word: "ma", column: 20 } },
    {
      text: `${head}spec:\n  templates:\n    - { name: main, con‸ }`,
      place: { path: ["spec", "templates", "[]"], word: "con" },
    },
    {
      text: `${head}spec:\n  templates:\n    - { name: main, container: { image: a, ‸`,
      place: { kind: "Workflow", path: ["spec", "templates", "[]", "container"], key: undefined, word: "" },
    },
    {
      text: `${head}spec:\n  templates: [\n    { name: a, dag: { tasks: [{ name: b, # why\n      tem‸`,
      place: { path: ["spec", "templates", "[]", "dag", "tasks", "[]"], word: "tem", column: 6 },
    },
    {
      text: `${head}spec:\n  templates:\n  - {name: a, steps: [[{name: s, template: b}, {name: t, template: ‸`,
      place: { path: ["spec", "templates", "[]", "steps", "[]", "[]"], key: "template", word: "" },
    },
    {
      text: `{"apiVersion": "v1",\n "spec": {"args": ["it's {", '}'], "entry‸"}, "kind": "CronWorkflow"}`,
      place: { kind: "CronWorkflow", path: ["spec"], key: undefined, word: "entry", style: "quoted" },
    },
    {
      text: `{"kind": "Workflow", "spec": {"entrypoint": "ma‸`,
      place: { kind: "Workflow", path: ["spec"], key: "entrypoint", word: "ma", style: "quoted" },
    },
    { text: `${head}spec: {a: "\\"}", b: http://x:1, ‸`, place: { path: ["spec"], word: "" } },
    { text: `${head}spec:\n  arguments: {parameters: []}\n  ‸`, place: { path: ["spec"], style: "block" } },
    { text: `${head}spec: {a: 'it''s\n  two lines', entry‸`, place: { path: ["spec"], word: "entry" } },
    { text: `kind: Workflow\nspec: {open: [\n---\nkind: ConfigMap\nda‸`, place: { kind: "ConfigMap", style: "block" } },
  ])("$text", ({ text, place }) => expect(placeIn(text)).toMatchObject(place));

  test.each([
    `${head}spec:\n  templates:\n  - name: a\n    script:\n      source: |\n        key: value\n        ke‸`,
    `${head}spec: {templates: [‸`,
    `${head}spec: {name ‸`,
    `${head}spec: {"name"‸`,
    `${head}spec: {withItems: [a, b‸`,
    `${head}spec: {a: "one\n  two‸`,
    `${head}spec:\n  templates:\n  - name: a\n    script:\n      source: |\n        print({ ke‸`,
  ])("nothing is offered there: %s", (text) => expect(placeIn(text)).toBeUndefined());
});

test("the templates that a text defines", () => {
  const text = `${head}metadata:\n  name: not-this\nspec:\n  templates:\n  - name: main\n    inputs:\n      parameters:\n      - name: nor-this\n  - container: {}\n    name: "other"\n`;
  expect(templateNames(text.split("\n"))).toEqual(["main", "other"]);
  const flow = `${head}spec:\n  templates:\n  - {name: main, inputs: {parameters: [{name: nor-this}]}}\n  - name: between\n  - {"container": {}, "name": "other"}`;
  expect(templateNames(flow.split("\n"))).toEqual(["main", "between", "other"]);
});
