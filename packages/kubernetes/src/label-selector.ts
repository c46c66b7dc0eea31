import type { JsonObject } from "@capstan/core";

/** Does an object with these labels meet a `metav1.LabelSelector`? No selector, and an empty one, select everything. */
export function matchesLabels(labels: { readonly [key: string]: string }, selector: JsonObject | undefined): boolean {
  const wanted = Object.entries((selector?.["matchLabels"] ?? {}) as JsonObject);
  const terms = (selector?.["matchExpressions"] ?? []) as readonly JsonObject[];
  return (
    wanted.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value) &&
    terms.every((term) => matchesTerm(labels, term))
  );
}

/** One requirement over labels: `{key, operator, values}`; also those of node affinity, which may compare numbers. */
export function matchesTerm(labels: { readonly [key: string]: string }, term: JsonObject): boolean {
  const key = String(term["key"]);
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  const values = ((term["values"] ?? []) as readonly unknown[]).map(String);
  switch (term["operator"]) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return value !== undefined && Number(value) > Number(values[0]);
    case "Lt":
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}
