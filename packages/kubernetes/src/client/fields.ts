/** A field of what may be anything. */
export function valueAt(holder: unknown, field: string): unknown {
  return typeof holder === "object" && holder !== null && Object.hasOwn(holder, field)
    ? (holder as Record<string, unknown>)[field]
    : undefined;
}

/** A field that is a text that is not empty. */
export function textAt(holder: unknown, field: string): string | undefined {
  const value = valueAt(holder, field);
  return typeof value === "string" && value !== "" ? value : undefined;
}
