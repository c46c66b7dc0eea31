import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { JsonObject } from "@capstan/core";
import { describe, expect, test } from "vitest";
import { decodeWorkflow, formatProblem, hasErrors, validateWorkflow } from "./index.ts";

interface Vector {
  readonly workflow: JsonObject;
  readonly lint: boolean;
  readonly submit: boolean;
  readonly err: string | null;
  readonly test: string;
}

const shared = process.env["CAPSTAN_SHARED"] ?? join(import.meta.dirname, "../../../../shared");
const file = join(shared, "argo/vectors/validate.jsonl.gz");

/** Vectors that agree today; raise it with the number reached. */
const floor = 468;

// The records hold the workflow alone: the WorkflowTemplates that it refers to are taken to exist. Where a WorkflowTemplate was
// validated, the record has the workflow without kind that Argo makes of it.
function verdict(vector: Vector): string[] {
  const isTemplate = vector.workflow["kind"] === undefined;
  const decoded = decodeWorkflow({ ...vector.workflow, apiVersion: "argoproj.io/v1alpha1", kind: "Workflow" });
  if (decoded.value === undefined) return decoded.problems.map(formatProblem);
  const bundle = { workflow: decoded.value, workflowTemplates: {}, configMaps: {} };
  const options = { lint: vector.lint, submit: vector.submit, assumeMissingTemplates: true, isTemplate };
  return validateWorkflow(bundle, options)
    .filter((problem) => hasErrors([problem]))
    .map(formatProblem);
}

describe.skipIf(!existsSync(file))("vectors validate", () => {
  test("Argo's verdicts", () => {
    const vectors = gunzipSync(readFileSync(file))
      .toString()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Vector);
    const misses: string[] = [];
    for (const vector of vectors) {
      const problems = verdict(vector);
      if (problems.length > 0 === (vector.err !== null)) continue;
      misses.push(`${vector.test}: Argo ${vector.err ?? "accepts"}; here ${problems[0] ?? "accepted"}`);
    }
    console.log(`vectors validate: ${vectors.length - misses.length} of ${vectors.length}\n${misses.join("\n")}`);
    expect(vectors.length - misses.length).toBeGreaterThanOrEqual(floor);
  });
});
