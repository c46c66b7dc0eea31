import type { Json, JsonObject } from "@capstan/core";
import type { Problem } from "./problem.ts";
import { type Path, parsePath } from "./text/path.ts";
import type { Position } from "./text/positions.ts";

/** One object of a manifest file, and where its parts stand in the text. */
export interface ParsedDocument {
  /** Empty for an object that says none. */
  readonly kind: string;
  readonly apiVersion: string;
  /** `metadata.name`, or `metadata.generateName`, or empty. */
  readonly name: string;
  readonly object: JsonObject;
  readonly file?: string;
  /** The place of a path, or of the deepest part of it that the text has; undefined when the object did not come from a text. */
  locate(path: Path | string): Position | undefined;
}

/** Makes a document of an object that came without a text, as in a request's body. */
export function documentOf(
  object: JsonObject,
  locate?: (path: Path) => Position | undefined,
  file?: string,
): ParsedDocument {
  const metadata = asObject(object["metadata"]);
  return {
    kind: asText(object["kind"]),
    apiVersion: asText(object["apiVersion"]),
    name: asText(metadata?.["name"]) || asText(metadata?.["generateName"]),
    object,
    ...(file === undefined ? {} : { file }),
    locate: (path) => locate?.(typeof path === "string" ? parsePath(path) : path),
  };
}

/** The same problems with the file, line and column that the document knows for their paths. */
export function withPositions(problems: readonly Problem[], document: ParsedDocument): Problem[] {
  return problems.map((problem) => {
    if (problem.line !== undefined) return problem;
    const file = problem.file ?? document.file;
    return { ...problem, ...(file === undefined ? {} : { file }), ...document.locate(problem.path) };
  });
}

function asText(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function asObject(value: Json | undefined): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}
