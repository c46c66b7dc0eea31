/**
 * What a field may hold. One table of shapes serves three readers: the check of unknown fields and wrong types, the decoder that turns
 * numbers into text where Argo does, and the strategic merge, which needs to know by which key the items of a list are the same.
 */
export type Shape =
  | "string"
  /** Argo's AnyString: a number or a boolean becomes text. */
  | "text"
  | "integer"
  | "number"
  | "boolean"
  | "int-or-string"
  /** Kubernetes' resource.Quantity. */
  | "quantity"
  | "object"
  | "any"
  | ListShape
  | MapShape
  | StructShape;

export interface ListShape {
  readonly list: Shape;
  /** Items with the same value of this field are merged; without it a merge replaces the whole list. */
  readonly mergeKey?: string;
}

export interface MapShape {
  readonly map: Shape;
}

export interface StructShape {
  /** What messages call it. */
  readonly struct: string;
  /** A function, since templates contain templates. */
  readonly fields: () => Fields;
  /** Fields of older versions that are still read: what became of them. */
  readonly legacy?: { readonly [field: string]: LegacyField };
}

export interface Fields {
  readonly [field: string]: Shape;
}

/** A field of an older version: `rename` says where its value goes (as a list's only item, if `asList`); without it the value is dropped. */
export interface LegacyField {
  readonly shape: Shape;
  readonly rename?: string;
  readonly asList?: boolean;
  readonly advice: string;
}

export function list(item: Shape, mergeKey?: string): ListShape {
  return mergeKey === undefined ? { list: item } : { list: item, mergeKey };
}

export function map(value: Shape): MapShape {
  return { map: value };
}

export function struct(name: string, fields: () => Fields, legacy?: StructShape["legacy"]): StructShape {
  return legacy === undefined ? { struct: name, fields } : { struct: name, fields, legacy };
}

export function isList(shape: Shape): shape is ListShape {
  return typeof shape === "object" && "list" in shape;
}

export function isMapShape(shape: Shape): shape is MapShape {
  return typeof shape === "object" && "map" in shape;
}

export function isStruct(shape: Shape): shape is StructShape {
  return typeof shape === "object" && "struct" in shape;
}

/** Several fields of the same shape, named in one line. */
export function each(shape: Shape, names: string): Fields {
  return Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, shape]),
  );
}
