import { fail, ok, type Result } from "@capstan/core";
import type { z } from "zod";

/** Raised when a message changes in a way that an older reader would misread; new optional fields do not raise it. */
export const protocolVersion = 1;

/** Why a message was refused. A newer version is not the sender's mistake: the reader must be updated, and must not drop it. */
export interface ProtocolError {
  readonly code: "newer-version" | "malformed";
  readonly message: string;
}

/** What every message looks like on the wire. */
export interface Envelope {
  readonly v: number;
  readonly body: unknown;
}

export function seal(body: unknown): Envelope {
  return { v: protocolVersion, body };
}

/** Opens text that `JSON.stringify(seal(…))` wrote. */
export function openText(text: string, what: string): Result<unknown, ProtocolError> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return malformed(what, "it is not JSON");
  }
  return openEnvelope(parsed, what);
}

/** Opens a parsed envelope: the version is judged before anything of the body is looked at. */
export function openEnvelope(value: unknown, what: string): Result<unknown, ProtocolError> {
  if (typeof value !== "object" || value === null || !("v" in value) || !("body" in value)) {
    return malformed(what, "it has no version and body");
  }
  if (typeof value.v !== "number" || !Number.isInteger(value.v) || value.v < 1) {
    return malformed(what, "its version is not a positive whole number");
  }
  if (value.v > protocolVersion) {
    return fail({
      code: "newer-version",
      message: `${what} has message version ${value.v}, but this process knows versions up to ${protocolVersion}: update this process`,
    });
  }
  return ok(value.body);
}

/**
 * Checks a body and returns it as it came: the schema judges but does not copy, so that fields which only a newer minor
 * version knows survive, and so that a large task is not rebuilt for every hop.
 */
export function checkBody<T>(schema: z.ZodType, body: unknown, what: string): Result<T, ProtocolError> {
  const checked = schema.safeParse(body);
  if (checked.success) return ok(body as T);
  const first = checked.error.issues[0];
  const where = first === undefined || first.path.length === 0 ? "" : `${first.path.map(String).join(".")}: `;
  return malformed(what, `${where}${first?.message ?? "it does not have the expected shape"}`);
}

export function malformed(what: string, why: string): Result<never, ProtocolError> {
  return fail({ code: "malformed", message: `${what} is malformed: ${why}` });
}
