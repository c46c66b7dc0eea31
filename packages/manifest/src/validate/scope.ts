/** The variables that a place in the spec can see: its own and those of the places around it. */
export class Scope {
  private readonly names = new Set<string>();
  private readonly prefixes = new Set<string>();
  private readonly outer: Scope | undefined;

  constructor(outer?: Scope) {
    this.outer = outer;
  }

  add(...names: readonly string[]): this {
    for (const name of names) this.names.add(name);
    return this;
  }

  /** Makes every name with the prefix visible: what it will be is known only at run time. */
  addPrefix(prefix: string): this {
    this.prefixes.add(prefix);
    return this;
  }

  has(name: string): boolean {
    if (this.names.has(name)) return true;
    for (const prefix of this.prefixes) if (name.startsWith(prefix)) return true;
    return this.outer?.has(name) ?? false;
  }

  /** All names, for a "did you mean". */
  *all(): Generator<string> {
    yield* this.names;
    if (this.outer !== undefined) yield* this.outer.all();
  }
}
