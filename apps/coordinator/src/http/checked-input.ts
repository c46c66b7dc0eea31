import { z } from "zod";
import { ApiError } from "./api-error.ts";

/** The value as the schema describes it; a client's mistake is an InvalidArgument that names the field. */
export function checkedInput<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const issues = checked.error.issues.map((issue) => {
    const path = issue.path.length === 0 ? what : issue.path.join(".");
    return `${path}: ${issue.message}`;
  });
  throw new ApiError("InvalidArgument", issues.join("; "));
}

/** A name as Kubernetes allows it for objects (RFC 1123 subdomain); workflows may also be called by the alias "@latest". */
export const objectName = z
  .string()
  .max(253, "a name has at most 253 characters")
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    "a name consists of lower case letters, digits, '-' and '.', and starts and ends with a letter or digit",
  );

export const namespaceName = z
  .string()
  .max(63, "a namespace has at most 63 characters")
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    "a namespace consists of lower case letters, digits and '-', and starts and ends with a letter or digit",
  );

/** Query values are text: "true" and "1" are yes. */
export const queryFlag = z
  .string()
  .optional()
  .transform((text) => text === "true" || text === "1");

export const queryCount = z
  .string()
  // Go's printing of JSON's numbers makes 1e+06 of a million, and argo sends that.
  .regex(/^\d+(\.\d+)?(e\+\d{1,2})?$/, "must be a whole number")
  .optional()
  .transform((text) => (text === undefined ? undefined : Number(text)))
  .refine((count) => count === undefined || Number.isSafeInteger(count), "must be a whole number");

/** Any JSON object; what is inside is checked by the manifest's own rules. */
export const jsonObject = z.record(z.string(), z.unknown());
