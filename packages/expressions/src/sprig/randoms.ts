import type { CallContext, ExprValue } from "../expr/value.ts";
import { encodeBase64 } from "../golang/base64.ts";
import { limits } from "../limits.ts";
import { EvaluationError } from "../result.ts";
import { define, defineVariadic, integer, type SprigEntry, text } from "./define.ts";

const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const letters = upper + upper.toLowerCase();
const digits = "0123456789";
const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join("");

function pick(context: CallContext, count: number): number {
  return Math.min(Math.floor(context.random() * count), count - 1);
}

function randomText(alphabet: string, length: number, context: CallContext): string {
  if (length < 0 || length > limits.repeatCountMax) throw new EvaluationError("random string length is out of range");
  context.spend(length);
  return Array.from({ length }, () => alphabet[pick(context, alphabet.length)] ?? "").join("");
}

function randomFunction(name: string, alphabet: string): SprigEntry {
  return define(name, ["int"], ([length], context) => randomText(alphabet, integer(length), context));
}

function uuid(context: CallContext): string {
  const shape = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
  return shape.replace(/[xy]/g, (place) => (place === "x" ? pick(context, 16) : 8 + pick(context, 4)).toString(16));
}

function randomBytes(length: number, context: CallContext): string {
  if (length < 0 || length > limits.repeatCountMax) throw new EvaluationError("random byte count is out of range");
  context.spend(length);
  return encodeBase64(Uint8Array.from({ length }, () => pick(context, 256)));
}

function shuffle(value: string, context: CallContext): string {
  const runes = [...value];
  for (let index = runes.length - 1; index > 0; index--) {
    const other = pick(context, index + 1);
    const rune = runes[index] ?? "";
    runes[index] = runes[other] ?? "";
    runes[other] = rune;
  }
  return runes.join("");
}

/** Keys, certificates, password hashes and name resolution are no work for an expression. */
const unsupported: readonly string[] = [
  "bcrypt",
  "htpasswd",
  "derivePassword",
  "genPrivateKey",
  "genCA",
  "genCAWithKey",
  "genSelfSignedCert",
  "genSelfSignedCertWithKey",
  "genSignedCert",
  "genSignedCertWithKey",
  "buildCustomCert",
  "encryptAES",
  "decryptAES",
  "getHostByName",
];

function refuse(name: string): SprigEntry {
  return defineVariadic(name, ["any"], (_args: readonly ExprValue[]) => {
    throw new EvaluationError(`sprig.${name} is not supported`);
  });
}

export const randomFunctions: readonly SprigEntry[] = [
  randomFunction("randAlpha", letters),
  randomFunction("randAlphaNum", letters + digits),
  randomFunction("randNumeric", digits),
  randomFunction("randAscii", printable),
  define("randBytes", ["int"], ([length], context) => randomBytes(integer(length), context)),
  define("shuffle", ["string"], ([value], context) => shuffle(text(value), context)),
  define("uuidv4", [], (_args, context) => uuid(context)),
  ...unsupported.map(refuse),
];
