/** A shape of the manifests' schema: a word, a list of, a map of, or the name of a struct. */
export type SchemaShape =
  | string
  | { readonly list: SchemaShape }
  | { readonly map: SchemaShape }
  | { readonly struct: string };

export interface SchemaField {
  readonly shape: SchemaShape;
  readonly note?: string;
  readonly advice?: string;
}

export interface Schema {
  readonly kinds: { readonly [kind: string]: SchemaShape };
  readonly structs: { readonly [name: string]: { readonly [field: string]: SchemaField } };
}

/** The fields that an object at a path may have; undefined where the schema does not say. */
export function fieldsAt(
  schema: Schema,
  kind: string | undefined,
  path: readonly string[],
): { readonly [field: string]: SchemaField } | undefined {
  const start = schema.kinds[kind ?? "Workflow"];
  let shape: SchemaShape | undefined = start;
  for (const part of path) shape = shape === undefined ? undefined : inside(schema, shape, part);
  return typeof shape === "object" && "struct" in shape ? schema.structs[shape.struct] : undefined;
}

function inside(schema: Schema, shape: SchemaShape, part: string): SchemaShape | undefined {
  if (typeof shape === "string") return undefined;
  if ("list" in shape) return part === "[]" ? shape.list : undefined;
  if ("map" in shape) return shape.map;
  return schema.structs[shape.struct]?.[part]?.shape;
}

/** A shape in words: "text", "list of steps", "object". */
export function shapeText(shape: SchemaShape): string {
  if (typeof shape === "string") return shapeWords[shape] ?? shape;
  if ("list" in shape) return `list of ${shapeText(shape.list)}`;
  if ("map" in shape) return `map of ${shapeText(shape.map)}`;
  return shape.struct.replace(/ \d+$/, "");
}

const shapeWords: { readonly [word: string]: string } = {
  string: "text",
  text: "text or number",
  integer: "whole number",
  boolean: "true or false",
  "int-or-string": "number or text",
  quantity: "quantity, like 500m or 2Gi",
  any: "anything",
};

/** What is written after a field's name so that its value can follow. */
export function afterField(shape: SchemaShape, indent: string): string {
  if (typeof shape === "string") return shape === "object" ? `:\n${indent}  ` : ": ";
  return "list" in shape ? `:\n${indent}  - ` : `:\n${indent}  `;
}
