import { ExprBytes, ExprMap, ExprNamedInteger, type ExprValue, isArray, nilArray } from "../expr/value.ts";
import { limits } from "../limits.ts";
import { EvaluationError } from "../result.ts";
import { encodeBase64 } from "./base64.ts";
import { GoDuration } from "./duration.ts";
import { formatFloatAsJson } from "./format-float.ts";
import { formatTime } from "./format-time.ts";
import { sortKeys, typeName } from "./format-value.ts";
import { GoTime } from "./time.ts";
import { layouts } from "./time-layout.ts";

const plainText = /^[ !#-%'-;=?-[\]-~]*$/;
const special = /["\\<>&\u2028\u2029\p{Cc}]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function escapeCharacter(character: string, escapeHtml: boolean): string {
  const short = shortEscapes[character];
  if (short !== undefined) return short;
  const code = character.charCodeAt(0);
  if (code >= 0xd800 && code <= 0xdfff) return "\\ufffd";
  // Go leaves DEL and the C1 controls as they are.
  if (code >= 0x7f && code <= 0x9f) return character;
  if (!escapeHtml && (character === "<" || character === ">" || character === "&")) return character;
  return `\\u${code.toString(16).padStart(4, "0")}`;
}

/** Marshals a string like Go's encoding/json, which also escapes what HTML would take for markup. */
export function marshalText(text: string, escapeHtml = true): string {
  if (plainText.test(text)) return `"${text}"`;
  return `"${text.replace(special, (character) => escapeCharacter(character, escapeHtml))}"`;
}

export interface MarshalOptions {
  /** The text that one level is indented by; undefined for one line. */
  readonly indent?: string;
  readonly escapeHtml?: boolean;
}

class Marshaller {
  readonly #indent: string | undefined;
  readonly #escapeHtml: boolean;
  #length = 0;

  constructor(options: MarshalOptions) {
    this.#indent = options.indent;
    this.#escapeHtml = options.escapeHtml ?? true;
  }

  marshal(value: ExprValue, depth: number): string {
    if (depth > limits.valueDepthMax) throw new EvaluationError("json: unsupported value: nested too deeply");
    if (isArray(value)) return this.#marshalArray(value, depth);
    if (value instanceof ExprMap) return this.#marshalMap(value, depth);
    const text = this.#marshalScalar(value);
    this.#length += text.length;
    if (this.#length > limits.stringLengthMax) throw new EvaluationError("json: output is too long");
    return text;
  }

  #marshalScalar(value: Exclude<ExprValue, ExprMap | readonly ExprValue[]>): string {
    if (value === null) return "null";
    switch (typeof value) {
      case "string":
        return marshalText(value, this.#escapeHtml);
      case "boolean":
      case "bigint":
        return String(value);
      case "number":
        if (Number.isFinite(value)) return formatFloatAsJson(value);
        throw new EvaluationError(`json: unsupported value: ${value > 0 ? "+Inf" : value < 0 ? "-Inf" : "NaN"}`);
    }
    if (value instanceof GoTime) return marshalTime(value);
    if (value instanceof GoDuration) return String(value.nanoseconds);
    if (value instanceof ExprNamedInteger) return String(value.value);
    if (value instanceof ExprBytes) return `"${encodeBase64(value.bytes)}"`;
    if (typeName(value) === "*time.Location") return "{}";
    throw new EvaluationError(`json: unsupported type: ${typeName(value)}`);
  }

  #marshalArray(values: readonly ExprValue[], depth: number): string {
    if (values === nilArray) return "null";
    return this.#wrap(
      "[",
      values.map((value) => this.marshal(value, depth + 1)),
      "]",
      depth,
    );
  }

  #marshalMap(map: ExprMap, depth: number): string {
    if (map.keyType !== "string") throw new EvaluationError(`json: unsupported type: ${typeName(map)}`);
    const separator = this.#indent === undefined ? ":" : ": ";
    const entries = sortKeys(map.keys()).map((key) => {
      const name = marshalText(String(key), this.#escapeHtml);
      this.#length += name.length;
      return name + separator + this.marshal(map.get(key) ?? null, depth + 1);
    });
    return this.#wrap("{", entries, "}", depth);
  }

  #wrap(open: string, entries: readonly string[], close: string, depth: number): string {
    if (entries.length === 0) return open + close;
    if (this.#indent === undefined) return open + entries.join(",") + close;
    const inner = `\n${this.#indent.repeat(depth + 1)}`;
    const outer = `\n${this.#indent.repeat(depth)}`;
    return `${open}${inner}${entries.join(`,${inner}`)}${outer}${close}`;
  }
}

function marshalTime(time: GoTime): string {
  const { year } = time.civil;
  if (year < 0 || year > 9999) throw new EvaluationError("Time.MarshalJSON: year outside of range [0,9999]");
  return `"${formatTime(time, layouts.rfc3339Nano)}"`;
}

/** Marshals like Go's json.Marshal: keys sorted, HTML escaped; throws where that returns an error. */
export function marshalJson(value: ExprValue, options: MarshalOptions = {}): string {
  return new Marshaller(options).marshal(value, 0);
}
