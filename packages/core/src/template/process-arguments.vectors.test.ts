import { existsSync, readFileSync } from "node:fs";
import { env } from "node:process";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Arguments } from "../spec/arguments.ts";
import type { Template } from "../spec/template.ts";
import { hasLocationOrKey } from "./artifact-location.ts";
import { processArguments } from "./process-arguments.ts";

const shared = env["CAPSTAN_SHARED"] ?? new URL("../../../../../shared", import.meta.url).pathname;
const file = `${shared}/argo/vectors/processArgs.jsonl.gz`;

interface Vector {
  readonly template: Template;
  readonly args: Arguments;
  readonly globals: Readonly<Record<string, string>> | null;
  readonly locals: Readonly<Record<string, string>> | null;
  readonly validateOnly: boolean;
  readonly out: Template | null;
  readonly err: string | null;
}

/** The ConfigMaps that the recorded tests created. */
const configMaps = {
  "config-map-name": { "config-map-key": "config-map-value" },
  "override-config-map-name": { "override-config-map-key": "override-config-map-value" },
};

/**
 * A validation of a template by itself gives every input parameter a numbered placeholder and every input artifact its
 * bare name; the record has no arguments then, so they are taken from the expected inputs.
 */
function argumentsOf(vector: Vector): Arguments {
  if (!vector.validateOnly || Object.keys(vector.args).length > 0) return vector.args;
  const parameters = (vector.out?.inputs?.parameters ?? []).filter((parameter) =>
    parameter.value?.startsWith("__argo__internal__placeholder-"),
  );
  const artifacts = (vector.out?.inputs?.artifacts ?? []).filter((artifact) => artifact.optional !== true);
  return {
    parameters: parameters.map(({ name, value }) => ({ name, ...(value !== undefined && { value }) })),
    artifacts: artifacts.filter((artifact) => !hasLocationOrKey(artifact)).map(({ name }) => ({ name })),
  };
}

describe("templates that Argo's own tests resolved", () => {
  const isPresent = existsSync(file);
  test.skipIf(!isPresent)(`processArgs vectors (CAPSTAN_SHARED ${isPresent ? "found" : "absent"})`, () => {
    const vectors: Vector[] = gunzipSync(readFileSync(file))
      .toString("utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
    const misses: string[] = [];
    for (const vector of vectors) {
      const result = processArguments(vector.template, argumentsOf(vector), {
        globals: new Map(Object.entries(vector.globals ?? {})),
        locals: new Map(Object.entries(vector.locals ?? {})),
        validateOnly: vector.validateOnly,
        ...(!vector.validateOnly && { configMaps }),
      });
      const passed = vector.err === null ? result.ok && canonical(result.value) === canonical(vector.out) : !result.ok;
      if (!passed) misses.push(JSON.stringify({ wanted: vector.err ?? vector.out, got: result }).slice(0, 3_000));
    }
    console.info(`vectors processArgs: ${vectors.length - misses.length} of ${vectors.length}`);
    expect((vectors.length - misses.length) / vectors.length, misses.slice(0, 5).join("\n\n")).toBeGreaterThanOrEqual(
      1,
    );
  });
});

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)))
      : part,
  );
}
