import type { ExprValue } from "../expr/value.ts";
import { type CallContext, nilArray } from "../expr/value.ts";
import { compilePattern, matchesPattern } from "../golang/pattern.ts";
import { limits } from "../limits.ts";
import { EvaluationError } from "../result.ts";
import { define, integer, type SprigEntry, text } from "./define.ts";

interface Match {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
  readonly named: Readonly<Record<string, number>>;
}

function findAll(pattern: string, value: string, count: number, context: CallContext): Match[] {
  const expression = compilePattern(pattern);
  const matcher = expression.matcher(value);
  const matches: Match[] = [];
  while ((count < 0 || matches.length < count) && matcher.find()) {
    context.spend(1);
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index) ?? undefined);
    const match = { start: matcher.start(), end: matcher.end(), groups, named: expression.namedGroups() };
    // Go skips an empty match that touches the match before it.
    const last = matches.at(-1);
    if (match.start === match.end && last !== undefined && last.end === match.start) continue;
    matches.push(match);
  }
  return matches;
}

const template = /\$(?:\$|\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+))/g;

/** Fills $1, ${1} and ${name} as Go's Expand does; a name takes as many word characters as it can. */
function expand(replacement: string, match: Match): string {
  return replacement.replace(template, (whole, braced?: string, bare?: string) => {
    const name = braced ?? bare;
    if (name === undefined) return whole === "$$" ? "$" : whole;
    const index = /^\d+$/.test(name) ? Number(name) : match.named[name];
    return index === undefined ? "" : (match.groups[index] ?? "");
  });
}

function replaceAll(args: readonly ExprValue[], context: CallContext, isLiteral: boolean): string {
  const [pattern, value, replacement] = args.map(text);
  const source = value ?? "";
  const parts: string[] = [];
  let last = 0;
  let length = 0;
  for (const match of findAll(pattern ?? "", source, -1, context)) {
    const written = isLiteral ? (replacement ?? "") : expand(replacement ?? "", match);
    length += written.length;
    if (length > limits.stringLengthMax) throw new EvaluationError("memory budget exceeded");
    parts.push(source.slice(last, match.start), written);
    last = match.end;
  }
  parts.push(source.slice(last));
  return parts.join("");
}

function split(pattern: string, value: string, count: number, context: CallContext): ExprValue {
  if (count === 0) return nilArray;
  if (pattern.length > 0 && value === "") return [""];
  const parts: string[] = [];
  let start = 0;
  let end = 0;
  for (const match of findAll(pattern, value, count, context)) {
    if (count > 0 && parts.length === count - 1) break;
    end = match.start;
    if (match.end !== 0) parts.push(value.slice(start, end));
    start = match.end;
  }
  if (end !== value.length) parts.push(value.slice(start));
  return parts;
}

function findAllTexts(args: readonly ExprValue[], context: CallContext): ExprValue {
  const matches = findAll(text(args[0]), text(args[1]), integer(args[2]), context);
  return matches.length === 0 ? nilArray : matches.map((match) => match.groups[0] ?? "");
}

/** regexMatch gives false for a pattern that does not compile. */
function matchLeniently(pattern: string, value: string): boolean {
  try {
    return matchesPattern(pattern, value);
  } catch (error) {
    if (error instanceof EvaluationError) return false;
    throw error;
  }
}

const find = ([pattern, value]: readonly ExprValue[], context: CallContext) =>
  findAll(text(pattern), text(value), 1, context)[0]?.groups[0] ?? "";

export const patternFunctions: readonly SprigEntry[] = [
  define("regexMatch", ["string", "string"], ([pattern, value]) => matchLeniently(text(pattern), text(value))),
  define("mustRegexMatch", ["string", "string"], ([pattern, value]) => matchesPattern(text(pattern), text(value))),
  define("regexQuoteMeta", ["string"], ([value]) => text(value).replace(/[\\.+*?()|[\]{}^$]/g, "\\$&")),
  ...["regexFind", "mustRegexFind"].map((name) => define(name, ["string", "string"], find)),
  ...["regexFindAll", "mustRegexFindAll"].map((name) => define(name, ["string", "string", "int"], findAllTexts)),
  ...["regexReplaceAll", "mustRegexReplaceAll"].map((name) =>
    define(name, ["string", "string", "string"], (args, context) => replaceAll(args, context, false)),
  ),
  ...["regexReplaceAllLiteral", "mustRegexReplaceAllLiteral"].map((name) =>
    define(name, ["string", "string", "string"], (args, context) => replaceAll(args, context, true)),
  ),
  ...["regexSplit", "mustRegexSplit"].map((name) =>
    define(name, ["string", "string", "int"], ([pattern, value, count], context) =>
      split(text(pattern), text(value), integer(count), context),
    ),
  ),
];
