import { limits } from "../limits.ts";
import { EvaluationError } from "../result.ts";

/** Splits like Go's SplitN (or SplitAfterN); a negative count means all, zero none. */
export function splitText(text: string, separator: string, count: number, keepsSeparator = false): string[] {
  if (count === 0) return [];
  const parts = separator === "" ? splitRunes(text, count) : splitAtSeparators(text, separator, count);
  if (!keepsSeparator || separator === "") return parts;
  return parts.map((part, index) => (index < parts.length - 1 ? part + separator : part));
}

function splitRunes(text: string, count: number): string[] {
  const runes = [...text];
  if (count < 0 || runes.length <= count) return runes;
  return [...runes.slice(0, count - 1), runes.slice(count - 1).join("")];
}

function splitAtSeparators(text: string, separator: string, count: number): string[] {
  const parts: string[] = [];
  let position = 0;
  while (count < 0 || parts.length < count - 1) {
    const next = text.indexOf(separator, position);
    if (next < 0) break;
    parts.push(text.slice(position, next));
    position = next + separator.length;
  }
  parts.push(text.slice(position));
  return parts;
}

/** Replaces like Go's strings.Replace: an empty search matches before every rune and at the end. */
export function replaceText(text: string, search: string, replacement: string, count: number): string {
  if (search === replacement || count === 0) return text;
  const parts =
    search === "" ? splitBeforeRunes(text, count) : splitAtSeparators(text, search, count < 0 ? -1 : count + 1);
  const length = text.length + (parts.length - 1) * replacement.length;
  if (length > limits.stringLengthMax) throw new EvaluationError("memory budget exceeded");
  return parts.join(replacement);
}

function splitBeforeRunes(text: string, count: number): string[] {
  const runes = [...text];
  const places = count < 0 ? runes.length + 1 : Math.min(count, runes.length + 1);
  // The replacement stands before the first rune, then between runes, then after the last.
  const head = ["", ...runes.slice(0, places - 1)];
  return [...head, runes.slice(places - 1).join("")];
}

/** Trims every rune of `cutset` from both ends, like Go's strings.Trim. */
export function trimSet(text: string, cutset: string): string {
  return trimSetRight(trimSetLeft(text, cutset), cutset);
}

export function trimSetLeft(text: string, cutset: string): string {
  const runes = [...text];
  const from = runes.findIndex((rune) => !cutset.includes(rune));
  return from < 0 ? "" : runes.slice(from).join("");
}

export function trimSetRight(text: string, cutset: string): string {
  const runes = [...text];
  const last = runes.findLastIndex((rune) => !cutset.includes(rune));
  return runes.slice(0, last + 1).join("");
}
