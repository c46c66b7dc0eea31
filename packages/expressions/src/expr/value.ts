import type { GoDuration } from "../golang/duration.ts";
import type { GoTime } from "../golang/time.ts";
import type { TimeZone } from "../golang/time-zone.ts";

/**
 * A value of the expression language. As in Go, integers and floats are different types:
 * a bigint is Go's int, a number is its float64 (which is what every JSON number becomes).
 */
export type ExprValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | readonly ExprValue[]
  | ExprMap
  | ExprBytes
  | ExprFunction
  | ExprNamedInteger
  | GoTime
  | GoDuration
  | TimeZone;

export type MapKey = string | bigint | number | boolean | null;

/** The Go type of a map's keys: JSON can be made of the first kind only. */
export type MapKeyType = "string" | "any";

/** A map of the expression language. Implementations may find their values lazily. */
export abstract class ExprMap {
  abstract readonly keyType: MapKeyType;
  /** The value below a key, or undefined when the key is absent (a nil value is null). */
  abstract get(key: MapKey): ExprValue | undefined;
  abstract keys(): Iterable<MapKey>;
  abstract readonly size: number;

  /** What a read of an absent key gives: the zero value of Go's element type. */
  get absent(): ExprValue {
    return null;
  }
}

/** A map that holds its values. */
export class ExprDictionary extends ExprMap {
  readonly keyType: MapKeyType;
  readonly entries: Map<MapKey, ExprValue>;
  readonly #absent: ExprValue;

  constructor(entries: Map<MapKey, ExprValue>, keyType: MapKeyType = "string", absent: ExprValue = null) {
    super();
    this.entries = entries;
    this.keyType = keyType;
    this.#absent = absent;
  }

  get(key: MapKey): ExprValue | undefined {
    return this.entries.get(key);
  }

  keys(): Iterable<MapKey> {
    return this.entries.keys();
  }

  get size(): number {
    return this.entries.size;
  }

  override get absent(): ExprValue {
    return this.#absent;
  }
}

/** Go's []byte. */
export class ExprBytes {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** A Go integer type with names for its values, like time.Month. */
export class ExprNamedInteger {
  readonly typeName: string;
  readonly value: bigint;
  readonly name: string;

  constructor(typeName: string, value: bigint, name: string) {
    this.typeName = typeName;
    this.value = value;
    this.name = name;
  }
}

/** The Go types that a function of the environment may ask for. */
export type ParameterType = "any" | "string" | "int" | "float64" | "bool" | "map" | "[]any" | "[]string" | "time";

/** What a running function may ask of its evaluation. */
export interface CallContext {
  readonly nowMs: number;
  readonly random: () => number;
  /** Counts `elements` against the evaluation's memory budget. */
  allocate(elements: number): void;
  /** Counts work against the evaluation's step budget. */
  spend(steps: number): void;
}

export interface ExprFunctionShape {
  readonly name: string;
  readonly parameters: readonly ParameterType[];
  /** When true, the last parameter type repeats, also zero times. */
  readonly variadic: boolean;
  /** The static result, for the type checker; "any" when it is only known at run time. */
  readonly returns: ParameterType;
  readonly call: (args: readonly ExprValue[], context: CallContext) => ExprValue;
}

/** A function in the environment, called with checked arguments. */
export class ExprFunction {
  readonly shape: ExprFunctionShape;

  constructor(shape: ExprFunctionShape) {
    this.shape = shape;
  }
}

/** Go's nil slice: an empty array that counts as nil and marshals to null. */
export const nilArray: readonly ExprValue[] = Object.freeze([]);

export function isNil(value: ExprValue): boolean {
  return value === null || value === nilArray;
}

export function isArray(value: ExprValue): value is readonly ExprValue[] {
  return Array.isArray(value);
}

/** Makes a string-keyed map of the entries. */
export function dictionaryOf(entries: Iterable<readonly [string, ExprValue]>): ExprDictionary {
  return new ExprDictionary(new Map<MapKey, ExprValue>(entries));
}
