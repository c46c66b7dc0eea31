import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkStructure,
  decodeWorkflow,
  formatPath,
  normalizeSeed,
  type ParsedManifests,
  type Problem,
  parseManifests,
  parsePath,
  prepareBundle,
  validateWorkflow,
  withPositions,
} from "./index.ts";

/** Everything that lint does with a text. */
function lint(text: string): { readonly parsed: ParsedManifests; readonly problems: readonly Problem[] } {
  const parsed = parseManifests(text, { file: "f.yaml" });
  const seed = normalizeSeed(parsed.documents, { values: {} });
  const found = seed.documents.flatMap((document) => {
    const { value, problems } = decodeWorkflow(document);
    if (value === undefined) return [...problems, ...checkStructure(document)];
    const prepared = prepareBundle({
      ...{ workflow: value, workflowTemplates: [], clusterWorkflowTemplates: [], configMaps: {} },
      ...{ nowMs: 0, uid: "", generateNameSuffix: "x" },
    });
    const judged = prepared.bundle === undefined ? [] : validateWorkflow(prepared.bundle, { lint: true });
    return [...problems, ...withPositions([...prepared.problems, ...judged], document)];
  });
  return { parsed, problems: [...parsed.problems, ...seed.problems, ...found] };
}

const head =
  "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: w}\nspec:\n  entrypoint: a\n  templates:\n";
const repeated = (text: string, times: number) => text.repeat(times);
const levels = "abcdefghij".split("");

const texts: readonly {
  readonly name: string;
  readonly text: string;
  readonly code: Problem["code"];
  readonly line: number;
}[] = [
  { name: "50 MB", text: repeated("a: b\n", 10_000_000), code: "TEXT_TOO_LARGE", line: 1 },
  { name: "millions of items", text: `a:\n${repeated("- b\n", 4_000_000)}`, code: "TOO_MANY", line: 1 },
  { name: "a wall of brackets", text: `a: ${repeated("[", 200_000)}`, code: "TOO_DEEP", line: 1 },
  { name: "a wall of braces", text: `a: ${repeated("{a: ", 200_000)}`, code: "TOO_DEEP", line: 1 },
  { name: "a wall of dashes", text: `a: 1\nb:\n${repeated("- ", 200_000)}`, code: "TOO_DEEP", line: 3 },
  {
    name: "a staircase",
    text: Array.from({ length: 3_000 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"),
    code: "TOO_DEEP",
    line: 101,
  },
  {
    name: "a bomb of aliases",
    text: levels
      .map(
        (one, index) =>
          `${one}: &${one} [${Array(12)
            .fill(index === 0 ? "x" : `*${levels[index - 1]}`)
            .join(",")}]`,
      )
      .join("\n"),
    code: "TOO_MANY",
    line: 1,
  },
  { name: "an anchor in itself", text: "a: &a\n  b: *a\n", code: "SYNTAX", line: 2 },
  { name: "a key twice", text: "a: 1\nb: 2\na: 3\n", code: "DUPLICATE_KEY", line: 3 },
  { name: "a key that changes prototypes", text: "a: 1\n__proto__: {x: 1}\n", code: "FORBIDDEN_KEY", line: 2 },
  { name: "a quote that never ends", text: `a: "${repeated("x\n", 200_000)}`, code: "SYNTAX", line: 200_001 },
  { name: "a list as a document", text: "- a\n- b\n", code: "NOT_A_MANIFEST", line: 1 },
  {
    name: "a tag that never ends",
    text: `${head}  - name: a\n    container: {image: i, args: ["{{=1 + "]}\n`,
    code: "ENDLESS_TAG",
    line: 8,
  },
  {
    name: "many tags that never end",
    text: `${head}  - {name: a, container: {image: i, args: ["${repeated("{{=", 100_000)}"]}}\n`,
    code: "ENDLESS_TAG",
    line: 7,
  },
  {
    name: "a template that calls itself for ever",
    text: `${head}  - name: a\n    steps: [[{name: s, template: a}]]\n`,
    code: "ENDLESS_RECURSION",
    line: 7,
  },
  {
    name: "a cycle",
    text: `${head}  - name: a\n    dag:\n      tasks:\n      - {name: p, template: a, dependencies: [q]}\n      - {name: q, template: a, dependencies: [p]}\n`,
    code: "CYCLE",
    line: 10,
  },
  { name: "an unknown field", text: `${head}  - name: a\n    contaner: {image: i}\n`, code: "UNKNOWN_FIELD", line: 8 },
  { name: "a wrong type", text: `${head}  - name: a\n    container: {image: [i]}\n`, code: "WRONG_TYPE", line: 8 },
  {
    name: "a missing template",
    text: `${head}  - name: a\n    steps:\n    - - name: s\n        template: b\n`,
    code: "UNKNOWN_TEMPLATE",
    line: 10,
  },
  {
    name: "a duplicate name",
    text: `${head}  - {name: a, suspend: {}}\n  - {name: a, suspend: {}}\n`,
    code: "DUPLICATE_NAME",
    line: 8,
  },
  {
    name: "a name that no object can have",
    text: `${head.replace("name: w", "name: a/b")}  - {name: a, suspend: {}}\n`,
    code: "INVALID_NAME",
    line: 3,
  },
  {
    name: "a begin of names that no object can have",
    text: `${head.replace("name: w", "generateName: Ä-")}  - {name: a, suspend: {}}\n`,
    code: "INVALID_NAME",
    line: 3,
  },
  {
    name: "an unresolved variable",
    text: `${head}  - name: a\n    container:\n      image: i\n      args: ["{{inputs.parameters.x}}"]\n`,
    code: "UNRESOLVED_VARIABLE",
    line: 10,
  },
];

describe("hostile and mistaken texts are refused quickly, with code and line", () => {
  test.each(texts)("$name", ({ text, code, line }) => {
    const startedAt = performance.now();
    const { problems } = lint(text);
    expect(problems.find((problem) => problem.code === code)).toMatchObject({ code, line, file: "f.yaml" });
    // A second is promised; ten leave room for a busy machine and still catch what grows with the square of the size.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  test("prototypes stay as they are", () => {
    lint('{"kind": "Workflow", "spec": {"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}}');
    decodeWorkflow(
      JSON.parse(
        '{"kind": "Workflow", "spec": {"nodeSelector": {"__proto__": "x"}, "affinity": {"__proto__": {"polluted": 1}}}}',
      ),
    );
    expect("polluted" in {}).toBe(false);
  });
});

// Pieces from which arbitrary but workflow-like texts are made: random characters alone would never get past the parser.
const key = fc
  .constantFrom(
    "apiVersion kind metadata spec templates name steps dag tasks template inline arguments parameters value entrypoint withItems depends hooks onExit container containerSet inputs outputs valueFrom retryStrategy params __proto__ constructor toString".split(
      " ",
    ),
  )
  .chain((names) => fc.constantFrom(...names));
const scalar = fc.oneof(
  fc.constantFrom(
    "Workflow",
    "argoproj.io/v1alpha1",
    "a",
    "{{inputs.parameters.x}}",
    "{{=",
    "{{",
    "}}",
    "{{=1}}",
    "a && (b.",
    "",
    "{{item}}",
  ),
  fc.string(),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);
const { value: anyManifest } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "large", withCrossShrink: true },
    scalar,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(key, tie("value"), { maxKeys: 5 }),
  ),
}));
const template = fc.record(
  { name: scalar, steps: anyManifest, dag: anyManifest, container: anyManifest, inputs: anyManifest },
  { requiredKeys: [] },
);
const workflow = fc.record({
  apiVersion: fc.constant("argoproj.io/v1alpha1"),
  kind: fc.constantFrom("Workflow", "WorkflowTemplate", "CronWorkflow", "Job"),
  metadata: fc.constant({ name: "w" }),
  spec: fc.record(
    { entrypoint: scalar, templates: fc.array(template, { maxLength: 3 }), tasks: anyManifest, arguments: anyManifest },
    { requiredKeys: [] },
  ),
});

describe("properties", () => {
  const checkProblems = (problems: readonly Problem[]) => {
    for (const problem of problems) {
      expect(typeof problem.path).toBe("string");
      expect(problem.line).toBeGreaterThanOrEqual(1);
      expect(problem.file).toBe("f.yaml");
    }
  };

  test("no text makes it throw; every problem has a line", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => checkProblems(lint(text).problems)),
      { numRuns: 500 },
    );
  });

  test("no pieces of YAML make it throw", () => {
    const piece = fc.constantFrom(
      ..."a: |- |- > & * ! !!int --- ... { } [ ] , : ? # \" ' << \n \t %YAML &a *a 1".split(" "),
      "\n",
      "\n  ",
      " ",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => checkProblems(lint(pieces.join("")).problems)),
      { numRuns: 1_000 },
    );
  });

  test("no manifest makes it throw", () => {
    fc.assert(
      fc.property(workflow, (object) => checkProblems(lint(JSON.stringify(object)).problems)),
      { numRuns: 1_000 },
    );
  });

  test("a path that is written is read back", () => {
    const path = fc.array(fc.oneof(fc.nat(), fc.string({ minLength: 1 }), key));
    fc.assert(
      fc.property(path, (segments) => {
        expect(parsePath(formatPath(segments))).toEqual(segments);
      }),
    );
  });
});

test("a line of many labels in braces is wide, not deep", () => {
  const labels = Array.from({ length: 5_000 }, (_, index) => `l${index}: v`).join(", ");
  expect(lint(`${head}  - {name: a, metadata: {labels: {${labels}}}, suspend: {}}\n`).problems).toEqual([]);
});
