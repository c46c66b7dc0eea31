import type { Json } from "@capstan/core";

/**
 * The value of a plain scalar as Kubernetes' YAML parser reads it: YAML 1.1 booleans, Go's integer prefixes, no dates and no
 * sexagesimals. Undefined where JSON has no such value (`.inf`, `.nan`).
 */
export function resolvePlainScalar(text: string): Json | undefined {
  const word = words.get(text);
  if (word !== undefined) return word;
  const first = text.charCodeAt(0);
  const mayBeNumber = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46;
  if (!mayBeNumber) return text;
  if (notJson.test(text)) return undefined;
  return resolveNumber(text) ?? text;
}

const words = new Map<string, Json>([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map((word) => [word, true] as const),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map((word) => [word, false] as const),
]);

const notJson = /^[+-]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$/;
const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

function resolveNumber(text: string): number | undefined {
  const plain = text.replaceAll("_", "");
  const integer = resolveInteger(plain);
  if (integer !== undefined) return integer;
  if (!float.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

const bases: readonly (readonly [RegExp, number])[] = [
  [/^([+-]?)0[xX]([0-9a-fA-F]+)$/, 16],
  [/^([+-]?)0[bB]([01]+)$/, 2],
  [/^([+-]?)0[oO]?([0-7]+)$/, 8],
  [/^([+-]?)(0|[1-9][0-9]*)$/, 10],
];

function resolveInteger(plain: string): number | undefined {
  for (const [pattern, base] of bases) {
    const match = pattern.exec(plain);
    if (match?.[2] === undefined) continue;
    const value = Number.parseInt(match[2], base);
    return match[1] === "-" && value !== 0 ? -value : value;
  }
  return undefined;
}
