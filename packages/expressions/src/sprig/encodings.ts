import type { CallContext } from "../expr/value.ts";
import { decodeBase64, encodeBase64 } from "../golang/base64.ts";
import { decodeUtf8, encodeUtf8 } from "../golang/text.ts";
import { EvaluationError } from "../result.ts";
import { define, type SprigEntry, text } from "./define.ts";
import { adler32, sha1, sha256, sha512 } from "./hashes.ts";

const alphabet32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function encodeBase32(value: string): string {
  let bits = 0;
  let group = 0;
  let encoded = "";
  for (const byte of encodeUtf8(value)) {
    group = ((group << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      encoded += alphabet32[(group >> bits) & 31] ?? "";
    }
  }
  if (bits > 0) encoded += alphabet32[(group << (5 - bits)) & 31] ?? "";
  return encoded.padEnd(Math.ceil(encoded.length / 8) * 8, "=");
}

function decodeBase32(value: string): string {
  const digits = value.replace(/[\r\n]/g, "");
  if (digits.length % 8 !== 0 || !/^[A-Z2-7]*(?:={0,6})$/.test(digits)) {
    const wrong = digits.search(/[^A-Z2-7]/);
    return `illegal base32 data at input byte ${wrong < 0 ? digits.length : wrong}`;
  }
  const bytes: number[] = [];
  let bits = 0;
  let group = 0;
  for (const digit of digits.replace(/=+$/, "")) {
    group = ((group << 5) | alphabet32.indexOf(digit)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((group >> bits) & 255);
  }
  return decodeUtf8(Uint8Array.from(bytes));
}

// The decoders give the error's text as their value, as sprig does.
function base64OrError(value: string): string {
  try {
    return decodeUtf8(decodeBase64(value));
  } catch (error) {
    if (error instanceof EvaluationError) return error.message;
    throw error;
  }
}

function hash(name: string, digest: (bytes: Uint8Array) => string): SprigEntry {
  return define(name, ["string"], ([value], context: CallContext) => {
    const bytes = encodeUtf8(text(value));
    context.spend(bytes.length >> 2);
    return digest(bytes);
  });
}

export const encodingFunctions: readonly SprigEntry[] = [
  define("b64enc", ["string"], ([value]) => encodeBase64(encodeUtf8(text(value)))),
  define("b64dec", ["string"], ([value]) => base64OrError(text(value))),
  define("b32enc", ["string"], ([value]) => encodeBase32(text(value))),
  define("b32dec", ["string"], ([value]) => decodeBase32(text(value))),
  hash("sha1sum", sha1),
  hash("sha256sum", sha256),
  hash("sha512sum", sha512),
  hash("adler32sum", (bytes) => String(adler32(bytes))),
];
