import type { Variables } from "@capstan/expressions";

/** Variables that hold nothing. */
export const noVariables: Variables = { get: () => undefined, keys: () => [] };

/** Several layers seen as one; the first layer that knows a name answers. */
export class VariableLayers implements Variables {
  readonly #layers: readonly Variables[];

  constructor(...layers: readonly Variables[]) {
    this.#layers = layers;
  }

  get(name: string): string | null | undefined {
    for (const layer of this.#layers) {
      const value = layer.get(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  keys(): Iterable<string> {
    const names = new Set<string>();
    for (const layer of this.#layers) for (const name of layer.keys()) names.add(name);
    return names;
  }

  *keysUnder(prefix: string): Iterable<string> {
    for (const layer of this.#layers) yield* namesUnder(layer, prefix);
  }
}

/** The names of some variables that start with `prefix` and a dot, whether or not the variables can tell by themselves. */
export function* namesUnder(variables: Variables, prefix: string): Iterable<string> {
  if (variables.keysUnder !== undefined) return yield* variables.keysUnder(prefix);
  for (const name of variables.keys()) if (name.startsWith(`${prefix}.`)) yield name;
}
