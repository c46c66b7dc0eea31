/** Which names must be resolved: all, none, or those below a prefix. */
export type Strictness =
  | { readonly type: "all" }
  | { readonly type: "none" }
  | { readonly type: "prefixes"; readonly prefixes: readonly string[] };

/** Says whether leaving the name unresolved is an error. */
export function isStrict(strictness: Strictness, name: string): boolean {
  switch (strictness.type) {
    case "all":
      return true;
    case "none":
      return false;
    case "prefixes":
      return strictness.prefixes.some((prefix) => name === prefix || name.startsWith(`${prefix}.`));
  }
}
