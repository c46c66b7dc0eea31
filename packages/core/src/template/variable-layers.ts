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
}
