import { limits } from "../limits.ts";
import { EvaluationError } from "../result.ts";
import { parseFilter } from "./filter-expression.ts";
import type { Argument, Step } from "./selector.ts";
import { splitOutside, splitPath } from "./split-path.ts";

/** Parses a JSONPath as Argo's jsonpath() function reads it; throws an EvaluationError on a malformed one. */
export function parsePath(path: string, depth = 0): Step[] {
  if (path.length > limits.patternLengthMax || depth > 20)
    throw new EvaluationError("JSONPath selector is too complex");
  return splitPath(path).map((part) => parseStep(part, depth));
}

function parseStep(part: string, depth: number): Step {
  const text = part.trim();
  switch (text) {
    case "$":
      return { type: "root" };
    case "@":
      return { type: "current" };
    case "*":
      return { type: "wildcard" };
    case "..":
      return { type: "recursive" };
    case "length":
      return { type: "length" };
    case "":
      throw new EvaluationError("invalid token. token string is empty");
  }
  if (!text.startsWith("[")) return { type: "key", key: text };
  return parseSubscript(text, text.slice(1, -1).trim(), depth);
}

function malformed(token: string): never {
  throw new EvaluationError(`invalid token. '${token}' does not match any token format`);
}

function parseSubscript(token: string, inside: string, depth: number): Step {
  if (inside === "") malformed(token);
  if (inside === "*") return { type: "wildcard" };
  if (inside.startsWith("?")) {
    if (!inside.startsWith("?(") || !inside.endsWith(")")) malformed(token);
    return { type: "filter", condition: parseFilter(inside.slice(2, -1), depth + 1, parsePath) };
  }
  const members = splitOutside(inside, ",");
  const bounds = splitOutside(inside, ":");
  if (members.length > 1) {
    if (bounds.length > 1) malformed(token);
    return { type: "union", members: members.map((member) => parseArgument(token, member, depth)) };
  }
  if (bounds.length > 1) return parseRange(token, bounds, depth);
  const argument = parseArgument(token, inside, depth);
  if (typeof argument === "string") return { type: "key", key: argument };
  if (typeof argument === "number") return { type: "index", index: argument };
  return { type: "script", expression: argument.script };
}

function parseRange(token: string, bounds: readonly string[], depth: number): Step {
  if (bounds.length > 3) malformed(token);
  const [from, to, step] = bounds.map((bound) => {
    if (bound.trim() === "") return undefined;
    const argument = parseArgument(token, bound, depth);
    if (typeof argument === "string") malformed(token);
    return argument;
  });
  return { type: "range", from, to, step };
}

function parseArgument(token: string, text: string, depth: number): Argument {
  const argument = text.trim();
  if (/^[+-]?\d{1,15}$/.test(argument)) return Number(argument);
  const quoted = /^'(.*)'$|^"(.*)"$/s.exec(argument);
  if (quoted !== null) return (quoted[1] ?? quoted[2] ?? "").replace(/\\(['"])/g, "$1");
  if (argument.length > 2 && argument.startsWith("(") && argument.endsWith(")")) {
    return { script: parseFilter(argument.slice(1, -1), depth + 1, parsePath) };
  }
  return malformed(token);
}
