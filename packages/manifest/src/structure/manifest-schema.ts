import { fieldNotes } from "./field-notes.ts";
import { kindShapes } from "./kind-fields.ts";
import { isList, isMapShape, isStruct, type Shape, type StructShape } from "./shape.ts";

/** A shape as JSON: a word, a list of, a map of, or the name of a struct. */
export type SchemaShape =
  | string
  | { readonly list: SchemaShape }
  | { readonly map: SchemaShape }
  | { readonly struct: string };

/** What manifests may say, for editors: the same tables that check them. */
export interface ManifestSchema {
  readonly kinds: { readonly [kind: string]: SchemaShape };
  readonly structs: { readonly [name: string]: { readonly [field: string]: SchemaField } };
}

export interface SchemaField {
  readonly shape: SchemaShape;
  readonly note?: string;
  /** What to write instead of a field of an older version. */
  readonly advice?: string;
}

/** Writes the tables of shapes down; structs, which contain themselves, by name. */
export function manifestSchema(): ManifestSchema {
  const names = new Map<StructShape, string>();
  const taken = new Set<string>();
  const structs: { [name: string]: { readonly [field: string]: SchemaField } } = {};
  const write = (shape: Shape): SchemaShape => {
    if (isList(shape)) return { list: write(shape.list) };
    if (isMapShape(shape)) return { map: write(shape.map) };
    return isStruct(shape) ? { struct: nameOf(shape) } : shape;
  };
  const nameOf = (shape: StructShape): string => {
    const known = names.get(shape);
    if (known !== undefined) return known;
    // Different structs have the same name in messages: "spec", "labels".
    let name = shape.struct;
    for (let count = 2; taken.has(name); count++) name = `${shape.struct} ${count}`;
    taken.add(name);
    names.set(shape, name);
    structs[name] = fieldsOf(shape, write);
    return name;
  };
  const kinds = Object.fromEntries([...kindShapes].map(([kind, shape]) => [kind, write(shape)]));
  return { kinds, structs };
}

function fieldsOf(shape: StructShape, write: (shape: Shape) => SchemaShape): { readonly [field: string]: SchemaField } {
  const fields: { [field: string]: SchemaField } = {};
  for (const [field, inner] of Object.entries(shape.fields())) {
    const note = fieldNotes[`${shape.struct}.${field}`] ?? fieldNotes[`*.${field}`];
    fields[field] = { shape: write(inner), ...(note !== undefined && { note }) };
  }
  for (const [field, { shape: inner, advice }] of Object.entries(shape.legacy ?? {})) {
    fields[field] ??= { shape: write(inner), advice };
  }
  return fields;
}
