import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import {
  environmentFromRecord,
  evaluateBoolean,
  evaluateWhen,
  replaceTemplate,
  replaceTemplateStrict,
} from "./index.ts";

// biome-ignore lint/style/noRestrictedGlobals: only the tests of this package read files.
const shared = process.env["CAPSTAN_SHARED"] ?? new URL("../../../../shared", import.meta.url).pathname;
const folder = `${shared}/argo/vectors`;

interface ReplaceVector {
  readonly in: string;
  readonly vars: Readonly<Record<string, string | null>> | null;
  readonly allowUnresolved?: boolean;
  readonly strictPrefixes?: readonly string[] | null;
  readonly out: string;
  readonly err: string | null;
}

interface ExpressionVector {
  readonly in: string;
  readonly env: Readonly<Record<string, unknown>>;
  readonly out: boolean;
  readonly err: string | null;
}

interface WhenVector {
  readonly in: string;
  readonly out: boolean;
  readonly err: string | null;
}

function readVectors<T>(name: string): T[] {
  const text = gunzipSync(readFileSync(`${folder}/${name}.jsonl.gz`)).toString("utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}

/** Runs one file of vectors, prints the score and fails below the bar. Vectors with an error pass when both fail. */
function score<T extends { readonly err: string | null }>(
  name: string,
  bar: number,
  run: (vector: T) => { readonly ok: boolean; readonly value?: unknown; readonly error?: string },
  wanted: (vector: T) => unknown,
): void {
  const vectors = readVectors<T>(name);
  const failures: string[] = [];
  for (const vector of vectors) {
    const result = run(vector);
    const passed = vector.err === null ? result.ok && result.value === wanted(vector) : !result.ok;
    if (!passed) failures.push(JSON.stringify({ vector, result }).slice(0, 1_500));
  }
  console.info(`vectors ${name}: ${vectors.length - failures.length} of ${vectors.length}`);
  expect((vectors.length - failures.length) / vectors.length, failures.slice(0, 5).join("\n")).toBeGreaterThanOrEqual(
    bar,
  );
}

function variablesOf(vector: ReplaceVector): Map<string, string | null> {
  return new Map(Object.entries(vector.vars ?? {}));
}

describe.skipIf(!existsSync(folder))("results recorded from Argo's own tests", () => {
  test("template.replace", () => {
    score<ReplaceVector>(
      "template.replace",
      1,
      (vector) => replaceTemplate(vector.in, variablesOf(vector), { allowUnresolved: vector.allowUnresolved === true }),
      (vector) => vector.out,
    );
  });

  test("template.replaceStrict", () => {
    score<ReplaceVector>(
      "template.replaceStrict",
      1,
      (vector) => replaceTemplateStrict(vector.in, variablesOf(vector), vector.strictPrefixes ?? []),
      (vector) => vector.out,
    );
  });

  test("when", () => {
    score<WhenVector>(
      "when",
      1,
      (vector) => evaluateWhen(vector.in),
      (vector) => vector.out,
    );
  });

  test("expr.evalBool", () => {
    score<ExpressionVector>(
      "expr.evalBool",
      1,
      (vector) => evaluateBoolean(vector.in, environmentFromRecord(vector.env)),
      (vector) => vector.out,
    );
  });
});
