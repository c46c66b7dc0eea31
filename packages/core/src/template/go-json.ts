import type { Json } from "../json.ts";
import type { Parameter, ValueFrom } from "../spec/arguments.ts";

/**
 * JSON text as Go's encoder writes a map: compact, keys sorted by their bytes, and `<`, `>`, `&` escaped. Users see this
 * text where a tag stands for a list or an object.
 */
export function goJson(value: Json | undefined): string {
  return escapeForHtml(writeSorted(value ?? null));
}

/** JSON text as Go's encoder writes raw JSON: compact and escaped, the keys in their own order. */
export function compactGoJson(value: Json): string {
  return escapeForHtml(writeExactJson(value));
}

/**
 * Parses JSON whose numbers are to be written again as they stand ("1.0", "12345678901234567890"), as Argo does with
 * the items of a loop: such numbers become marked texts, which the writers here turn back. Undefined when it is no JSON.
 */
export function parseExactJson(text: string): Json | undefined {
  const marked = text.replace(stringOrNumber, (token) =>
    token.startsWith('"') || String(Number(token)) === token ? token : `"\\u0002${token}"`,
  );
  try {
    // The marked text may be JSON where the text itself is not ("01" is a number to neither).
    if (marked !== text) JSON.parse(text);
    return JSON.parse(marked);
  } catch {
    return undefined;
  }
}

const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const markedNumber = /"\\u0002([-+.eE\d]+)"/g;

/** JSON text with the numbers that parseExactJson has marked as they stood. */
export function writeExactJson(value: Json): string {
  const text = JSON.stringify(value);
  return text.includes("\\u0002") ? text.replace(markedNumber, "$1") : text;
}

/** A list of parameters as Go writes it: the fields in the order of Argo's types; "null" when there are none. */
export function parametersJson(parameters: readonly Parameter[] | undefined): string {
  if (parameters === undefined || parameters.length === 0) return "null";
  return escapeForHtml(JSON.stringify(parameters.map(orderedParameter)));
}

/** `Array.isArray` that knows of readonly lists. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Orders texts as Go sorts strings: by bytes. UTF-16 order differs only beyond the surrogates, which names do not hold. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function orderedParameter(parameter: Parameter): Parameter {
  return {
    name: parameter.name,
    ...(parameter.default !== undefined && { default: parameter.default }),
    ...(parameter.value !== undefined && { value: parameter.value }),
    ...(parameter.valueFrom !== undefined && { valueFrom: orderedValueFrom(parameter.valueFrom) }),
    ...(parameter.globalName && { globalName: parameter.globalName }),
    ...(parameter.enum !== undefined && parameter.enum.length > 0 && { enum: parameter.enum }),
    ...(parameter.description !== undefined && { description: parameter.description }),
  };
}

const valueFromFields = [
  "path",
  "jsonPath",
  "jqFilter",
  "event",
  "parameter",
  "supplied",
  "configMapKeyRef",
  "default",
  "expression",
] as const satisfies readonly (keyof ValueFrom)[];

function orderedValueFrom(valueFrom: ValueFrom): ValueFrom {
  const present = valueFromFields.filter((field) => valueFrom[field] !== undefined);
  return Object.fromEntries(present.map((field) => [field, valueFrom[field]]));
}

function writeSorted(value: Json): string {
  if (isList(value)) return `[${value.map(writeSorted).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields: string[] = [];
  for (const key of Object.keys(value).sort(compareText)) {
    const field = value[key];
    if (field !== undefined) fields.push(`${JSON.stringify(key)}:${writeSorted(field)}`);
  }
  return `{${fields.join(",")}}`;
}

const htmlUnsafe = /[<>&\u2028\u2029]/g;

function escapeForHtml(text: string): string {
  return text.replace(htmlUnsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
