import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TaskArtifacts } from "../../artifacts/task-artifacts.ts";
import { aTask } from "../../testing/a-task.ts";
import { loneArtifacts } from "../../testing/lone-artifacts.ts";
import { runDataTemplate } from "./data-template.ts";

const keys = ["script.py", "doc.pdf", "foo/script.py", "foo/deep/doc.pdf", "foobar"];
let folder = "";
let artifacts: TaskArtifacts;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "capstan-data-"));
  artifacts = loneArtifacts(folder).artifacts;
  for (const [namespace, saved] of [
    ["argo", keys],
    ["other", ["foo/not-ours"]],
  ] as const)
    for (const key of saved) {
      writeFileSync(join(folder, "output"), "");
      await artifacts.save(aTask({}, { namespace }), key, { path: join(folder, "output"), kind: "file" });
    }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (prefix: string | undefined, ...expressions: readonly string[]) => {
  const s3 = { bucket: "b", ...(prefix !== undefined && { key: prefix }) };
  const data = {
    source: { artifactPaths: { name: "all", s3 } },
    transformation: expressions.map((expression) => ({ expression })),
  };
  return runDataTemplate(aTask({ data }), artifacts, { nodeName: "here", nowMs: () => 5 });
};

test.each([
  { what: "all keys, in the order of their bytes", prefix: undefined, expressions: [], result: [...keys].sort() },
  {
    what: "a filter",
    prefix: undefined,
    expressions: ['filter(data, {# endsWith ".py"})'],
    result: ["foo/script.py", "script.py"],
  },
  {
    what: "one step after the other",
    prefix: undefined,
    expressions: ['filter(data, {# endsWith ".py"})', "map(data, {upper(#)})", "len(data)"],
    result: 2,
  },
  { what: "a folder as prefix", prefix: "foo/", expressions: [], result: ["foo/deep/doc.pdf", "foo/script.py"] },
  {
    what: "part of a name as prefix",
    prefix: "foo",
    expressions: [],
    result: ["foo/deep/doc.pdf", "foo/script.py", "foobar"],
  },
  { what: "a prefix that nothing has", prefix: "none/at/all", expressions: [], result: [] },
  { what: "a prefix that would climb out", prefix: "../..", expressions: [], result: [...keys].sort() },
])("$what", async ({ prefix, expressions, result }) => {
  const outcome = await run(prefix, ...expressions);
  expect(outcome).toMatchObject({ phase: "Succeeded", hostNodeName: "here", startedAtMs: 5 });
  expect(JSON.parse(outcome.outputs?.result ?? "")).toEqual(result);
});

test.each([
  { expressions: ["filter(data, {"], message: /data step 0: / },
  { expressions: ["data", "nothing + 1"], message: /data step 1: / },
])("a transformation that is wrong fails the task: $expressions", async ({ expressions, message }) => {
  expect(await run(undefined, ...expressions)).toMatchObject({
    phase: "Failed",
    message: expect.stringMatching(message),
  });
});
