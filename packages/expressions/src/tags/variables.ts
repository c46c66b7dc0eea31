/**
 * The values that tags are replaced by. A Map<string, string> is one.
 * A null value is an output that a skipped or omitted node has not produced: simple tags fail on it,
 * expression tags see nil.
 */
export interface Variables {
  get(name: string): string | null | undefined;
  /** All names, asked for only when an expression needs to know what lies below a name and `keysUnder` is absent. */
  keys(): Iterable<string>;
  /** The names that start with `prefix` and a dot; a faster answer than a scan of `keys`, when the owner has one. */
  keysUnder?(prefix: string): Iterable<string>;
}
