import { formatValue, typeName } from "../golang/format-value.ts";
import { byteLength, encodeUtf8, isAscii, sliceBytes } from "../golang/text.ts";
import { EvaluationError } from "../result.ts";
import { fetchMethod } from "./methods.ts";
import { toInt } from "./operators.ts";
import { ExprBytes, ExprMap, type ExprValue, isArray } from "./value.ts";

type Sequence = readonly ExprValue[] | ExprBytes | string;

function lengthOf(sequence: Sequence): number {
  if (typeof sequence === "string") return byteLength(sequence);
  return sequence instanceof ExprBytes ? sequence.bytes.length : sequence.length;
}

function elementAt(sequence: Sequence, index: number): ExprValue {
  if (typeof sequence === "string") {
    const byte = isAscii(sequence) ? sequence.charCodeAt(index) : encodeUtf8(sequence)[index];
    return BigInt(byte ?? 0);
  }
  if (sequence instanceof ExprBytes) return BigInt(sequence.bytes[index] ?? 0);
  return sequence[index] ?? null;
}

function isSequence(value: ExprValue): value is Sequence {
  return typeof value === "string" || isArray(value) || value instanceof ExprBytes;
}

/** Reads an element of a list or text; undefined when the index is outside. Negative indexes count from the end. */
function elementOrAbsent(sequence: Sequence, key: ExprValue): ExprValue | undefined {
  const length = lengthOf(sequence);
  const index = Number(toInt(key));
  const normal = index < 0 ? length + index : index;
  return normal >= 0 && normal < length ? elementAt(sequence, normal) : undefined;
}

function readMap(map: ExprMap, key: ExprValue): ExprValue | undefined {
  if (map.keyType === "string") {
    if (key === null) return map.get("");
    if (typeof key === "string") return map.get(key);
    throw new EvaluationError(
      `reflect.Value.MapIndex: value of type ${typeName(key)} is not assignable to type string`,
    );
  }
  return key === null || typeof key !== "object" ? map.get(key) : undefined;
}

/** Reads `base[key]`, as the access operators do: an absent key is nil, an index outside is an error. */
export function fetchMember(base: ExprValue, key: ExprValue): ExprValue {
  if (base instanceof ExprMap) return readMap(base, key) ?? base.absent;
  if (isSequence(base)) {
    const element = elementOrAbsent(base, key);
    if (element !== undefined) return element;
    const length = lengthOf(base);
    const index = Number(toInt(key));
    throw new EvaluationError(`index out of range: ${index < 0 ? length + index : index} (array length is ${length})`);
  }
  const method = typeof key === "string" ? fetchMethod(base, key) : undefined;
  if (method !== undefined) return method;
  throw new EvaluationError(`cannot fetch ${formatValue(key)} from ${typeName(base)}`);
}

/** The builtin get(): like an access, but nil where that is an error. */
export function getMember(base: ExprValue, key: ExprValue): ExprValue {
  if (base === null) return null;
  if (base instanceof ExprMap) return readMap(base, key) ?? null;
  if (isSequence(base)) return elementOrAbsent(base, key) ?? null;
  const method = typeof key === "string" ? fetchMethod(base, key) : undefined;
  return method ?? null;
}

/** Reads `base[from:to]`; bounds outside are moved to the ends. */
export function sliceOf(base: ExprValue, from: ExprValue, to: ExprValue | undefined): ExprValue {
  if (!isSequence(base)) {
    if (to === undefined) throw new EvaluationError(`invalid argument for len (type ${typeName(base)})`);
    throw new EvaluationError(`cannot slice ${formatValue(from)}`);
  }
  const length = lengthOf(base);
  const clamp = (bound: number) => Math.min(Math.max(bound < 0 ? length + bound : bound, 0), length);
  const end = to === undefined ? length : clamp(Number(toInt(to)));
  const start = Math.min(clamp(Number(toInt(from))), end);
  if (typeof base === "string") return sliceBytes(base, start, end);
  if (base instanceof ExprBytes) return new ExprBytes(base.bytes.slice(start, end));
  return base.slice(start, end);
}

/** The elements that a closure builtin runs over. */
export function elementsOf(value: ExprValue): readonly ExprValue[] {
  if (isArray(value)) return value;
  if (typeof value === "string") return Array.from(encodeUtf8(value), (byte) => BigInt(byte));
  if (value instanceof ExprBytes) return Array.from(value.bytes, (byte) => BigInt(byte));
  if (value instanceof ExprMap && value.size === 0) return [];
  throw new EvaluationError(`reflect: call of reflect.Value.Index on ${typeName(value)} Value`);
}
