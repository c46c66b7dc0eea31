import { fail, ok, type Result } from "@capstan/core";
import { error, type Problem } from "../problem.ts";

const newline = 0x0a;

/** A file's bytes as text; the problem of one that is not UTF-8 has the line where that begins. */
export function decodeText(bytes: Uint8Array, file?: string): Result<string, Problem> {
  const text = decodeStrictly(bytes);
  if (text !== undefined) return ok(text);
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const what = isUtf16 ? "The text is UTF-16" : "This line is not UTF-8";
  const line = isUtf16 ? 1 : firstBadLine(bytes);
  return fail({
    ...error("SYNTAX", [], `${what}: save it as UTF-8.`),
    ...{ line, column: 1 },
    ...(file === undefined ? {} : { file }),
  });
}

function firstBadLine(bytes: Uint8Array): number {
  let start = 0;
  for (let line = 1; ; line++) {
    const end = bytes.indexOf(newline, start);
    if (end < 0 || decodeStrictly(bytes.subarray(start, end)) === undefined) return line;
    start = end + 1;
  }
}

function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
