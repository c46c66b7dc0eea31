import { fail, type ListQuery, ok, type Result } from "@capstan/core";

export type LabelTerm = NonNullable<ListQuery["labels"]>[number];

const keyPattern = /^([a-z0-9A-Z.-]+\/)?[a-zA-Z0-9]([a-zA-Z0-9._-]*[a-zA-Z0-9])?$/;

/** Parses a Kubernetes label selector ("a=b,c!=d,e in (f,g),h,!i"); the error names the part that is wrong. */
export function parseLabelSelector(text: string): Result<readonly LabelTerm[]> {
  const terms: LabelTerm[] = [];
  for (const part of splitOutsideParentheses(text)) {
    const term = parseTerm(part.trim());
    if (term === undefined || !keyPattern.test(term.key)) {
      return fail(`unable to parse the label selector: ${JSON.stringify(part.trim())} is no requirement`);
    }
    terms.push(term);
  }
  return ok(terms);
}

/** Do the labels meet every term? */
export function labelsMatch(labels: { readonly [key: string]: string }, terms: readonly LabelTerm[]): boolean {
  return terms.every((term) => matchesTerm(Object.hasOwn(labels, term.key) ? labels[term.key] : undefined, term));
}

function matchesTerm(value: string | undefined, { operator, values }: LabelTerm): boolean {
  switch (operator) {
    case "=":
    case "in":
      return value !== undefined && values.includes(value);
    case "!=":
    case "notin":
      return value === undefined || !values.includes(value);
    case "exists":
      return value !== undefined;
    case "!exists":
      return value === undefined;
  }
}

function splitOutsideParentheses(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === "(") depth++;
    else if (text[index] === ")") depth--;
    else if (text[index] === "," && depth === 0) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.filter((part) => part.trim() !== "");
}

function parseTerm(text: string): LabelTerm | undefined {
  const inSet = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(text);
  if (inSet !== null) {
    const [, key = "", operator, list = ""] = inSet;
    const values = list.split(",").map((value) => value.trim());
    return { key, operator: operator === "in" ? "in" : "notin", values };
  }
  const comparison = /^([^\s=!]+)\s*(==|=|!=)\s*([^\s=!]*)$/.exec(text);
  if (comparison !== null) {
    const [, key = "", operator, value = ""] = comparison;
    return { key, operator: operator === "!=" ? "!=" : "=", values: [value] };
  }
  if (/^![^\s=!]+$/.test(text)) return { key: text.slice(1), operator: "!exists", values: [] };
  if (/^[^\s=!]+$/.test(text)) return { key: text, operator: "exists", values: [] };
  return undefined;
}
