import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json, JsonObject } from "@capstan/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseManifests, strategicMerge, toYaml } from "./index.ts";
import { container } from "./structure/pod-fields.ts";
import { list, struct } from "./structure/shape.ts";

const hasKubectl = spawnSync("kubectl", ["version", "--client"]).status === 0;

/** Values that YAML 1.1, YAML 1.2 and Go read differently. */
const scalars = [
  ..."y Y yes No NO nO on Off true TRUE ~ null Null 1e3 1E3 1e+3 0.1e-7 1e21 1e400 010 0o10 0o8 08 0755 -010 09.5 1_000 1__0 _1".split(
    " ",
  ),
  ..."2001-01-01 2001-01-01T00:00:00Z 190:20 1. .5 +.5 1.e3 +1 -0 0b11 0B1 0b2 0x1F 0X1f 0x_1F +0x10 12345678901234567890".split(
    " ",
  ),
  ...["!!str 12", '!!int "3"', "!!float 3", '!!bool "yes"', "!!binary aGk=", "!foo bar", '"y"', "'010'", '"a\\u0041"'],
  ...[
    "[a, 'b c',]",
    "{a: 1, 2: b, true: c, 1.5: d}",
    "{<<: {a: 1, b: 2}, b: 3}",
    '{"<<": 1}',
    "|-\n    a\n     b",
    ">\n    a\n    b\n\n    c\n",
  ],
  ...["&x {a: &y [1]}", '"one\n two\n\n  three"', "'it''s'", "plain text # no", "a:b", "- ", "@at", "`tick`"],
];

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "capstan-yaml-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function kubectl(args: readonly string[], manifest: string): JsonObject | undefined {
  const file = join(folder, "manifest.yaml");
  writeFileSync(file, manifest);
  const result = spawnSync("kubectl", ["patch", "--local", "-o", "json", "-f", file, ...args], { encoding: "utf8" });
  return result.status === 0 ? (JSON.parse(result.stdout) as JsonObject) : undefined;
}

function manifestOf(scalar: string): string {
  return `apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: x}\nspec:\n  v: ${scalar}\n`;
}

function ours(text: string): Json | undefined {
  const { documents, problems } = parseManifests(text);
  return problems.length > 0 ? undefined : documents[0]?.object["spec"];
}

describe.skipIf(!hasKubectl)("as Kubernetes reads YAML", () => {
  test.each(scalars)("v: %s", (scalar) => {
    const theirs = kubectl(["--type", "merge", "-p", "{}"], manifestOf(scalar));
    expect(ours(manifestOf(scalar))).toEqual(theirs?.["spec"]);
  });

  test("what we write, it reads back", () => {
    const spec = {
      texts: ["yes", "010", "1e3", "0x1", "2001-01-01", "~", "", " a ", "a: b", "multi\nline\n", "é😀", "{{=x}}", "<<"],
      n: 1.5,
      b: false,
    };
    const text = toYaml({ apiVersion: "argoproj.io/v1alpha1", kind: "Workflow", metadata: { name: "x" }, spec });
    expect(kubectl(["--type", "merge", "-p", "{}"], text)?.["spec"]).toEqual(spec);
    expect(ours(text)).toEqual(spec);
  });
});

const podShape = struct("pod", () => ({ spec: struct("spec", () => ({ containers: list(container, "name") })) }));
const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p" },
  spec: {
    containers: [
      {
        name: "a",
        image: "one",
        args: ["x"],
        env: [
          { name: "A", value: "1" },
          { name: "B", value: "2" },
        ],
      },
      { name: "b", image: "two" },
    ],
  },
};

describe.skipIf(!hasKubectl)("strategic merge as kubectl patch does it", () => {
  test.each<JsonObject>([
    { spec: { containers: [{ name: "b", image: "three" }] } },
    {
      spec: {
        containers: [
          { name: "c", image: "new" },
          { name: "a", args: ["y", "z"] },
        ],
      },
    },
    {
      spec: {
        containers: [
          {
            name: "a",
            env: [
              { name: "C", value: "3" },
              { name: "B", value: "22" },
            ],
          },
        ],
      },
    },
    { spec: { containers: [{ name: "a", image: null, env: [{ name: "A", $patch: "delete" }] }] } },
    { spec: { containers: [{ $patch: "replace" }, { name: "z", image: "only" }] } },
  ])("%j", (patch) => {
    const theirs = kubectl(["--type", "strategic", "-p", JSON.stringify(patch)], JSON.stringify(pod));
    const merged = strategicMerge(pod, patch, podShape);
    const containersOf = (object: JsonObject | undefined) =>
      ((object?.["spec"] as JsonObject | undefined)?.["containers"] as JsonObject[] | undefined)?.map(
        ({ resources: _, ...rest }) => rest,
      );
    expect(containersOf(merged)).toEqual(containersOf(theirs));
  });
});
