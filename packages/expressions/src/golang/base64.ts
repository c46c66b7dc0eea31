import { EvaluationError } from "../result.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Encodes with the standard alphabet and padding. */
export function encodeBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let index = 0; index < bytes.length; index += 3) {
    const count = Math.min(3, bytes.length - index);
    const group = ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    const digits = [18, 12, 6, 0].map((shift) => alphabet[(group >> shift) & 63] ?? "");
    parts.push(
      digits
        .slice(0, count + 1)
        .join("")
        .padEnd(4, "="),
    );
  }
  return parts.join("");
}

/** Decodes the standard alphabet with padding, ignoring line breaks like Go; throws on anything else. */
export function decodeBase64(text: string): Uint8Array {
  const digits = text.replace(/[\r\n]/g, "");
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) {
    const wrong = digits.search(/[^A-Za-z0-9+/]/);
    throw new EvaluationError(
      `illegal base64 data at input byte ${wrong < 0 ? digits.length - (digits.length % 4) : wrong}`,
    );
  }
  const body = digits.replace(/=+$/, "");
  const bytes = new Uint8Array(Math.floor((body.length * 3) / 4));
  let group = 0;
  let bits = 0;
  let written = 0;
  for (const digit of body) {
    group = ((group << 6) | alphabet.indexOf(digit)) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[written++] = (group >> bits) & 255;
    }
  }
  return bytes;
}
