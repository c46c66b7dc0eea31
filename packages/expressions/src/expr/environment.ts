import { fromJsonValue } from "../golang/unmarshal-json.ts";
import type { Variables } from "../tags/variables.ts";
import { argoFunctions } from "./argo-functions.ts";
import { ExprMap, type ExprValue, type MapKey } from "./value.ts";

/** The names that an expression may use. Values are looked up when the expression asks for them. */
export interface ExprEnvironment {
  /** The value of a name, null for one that exists without a value, undefined for an unknown name. */
  get(name: string): ExprValue | undefined;
  /** All names; needed only for `$env` as a whole. */
  keys?(): Iterable<string>;
}

/** Answers which names exist below a prefix, with one pass over all names for each first segment that is asked for. */
class NameIndex {
  readonly #variables: Variables;
  readonly #namesByRoot = new Map<string, readonly string[]>();

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  /** The next segments of the names below a prefix. */
  childrenOf(prefix: string): ReadonlySet<string> {
    const children = new Set<string>();
    const from = prefix.length + 1;
    for (const name of this.#namesBelow(prefix)) {
      const end = name.indexOf(".", from);
      children.add(name.slice(from, end < 0 ? undefined : end));
    }
    return children;
  }

  roots(): Iterable<string> {
    return new Set(Array.from(this.#variables.keys(), (name) => name.split(".", 1)[0] ?? name));
  }

  hasBelow(prefix: string): boolean {
    for (const _ of this.#namesBelow(prefix)) return true;
    return false;
  }

  *#namesBelow(prefix: string): Iterable<string> {
    if (this.#variables.keysUnder !== undefined) {
      yield* this.#variables.keysUnder(prefix);
      return;
    }
    const start = `${prefix}.`;
    for (const name of this.#namesOfRoot(prefix)) if (name.startsWith(start)) yield name;
  }

  #namesOfRoot(prefix: string): readonly string[] {
    const dot = prefix.indexOf(".");
    const root = dot < 0 ? prefix : prefix.slice(0, dot);
    const known = this.#namesByRoot.get(root);
    if (known !== undefined) return known;
    const start = `${root}.`;
    const names: string[] = [];
    for (const name of this.#variables.keys()) if (name.startsWith(start)) names.push(name);
    this.#namesByRoot.set(root, names);
    return names;
  }
}

/** The map of everything below a prefix: "a.b" and "a.c" make `a` a map of b and c. */
class VariablesMap extends ExprMap {
  readonly keyType = "string";
  readonly #variables: Variables;
  readonly #index: NameIndex;
  readonly #prefix: string;

  constructor(variables: Variables, index: NameIndex, prefix: string) {
    super();
    this.#variables = variables;
    this.#index = index;
    this.#prefix = prefix;
  }

  get(key: MapKey): ExprValue | undefined {
    // A dot in a key is never found, because the names have been split at every dot.
    if (typeof key !== "string" || key.includes(".")) return undefined;
    return readVariable(this.#variables, this.#index, `${this.#prefix}.${key}`);
  }

  keys(): Iterable<string> {
    return this.#index.childrenOf(this.#prefix);
  }

  get size(): number {
    return this.#index.childrenOf(this.#prefix).size;
  }
}

// Where both "a" and "a.b" exist, Argo drops the former.
function readVariable(variables: Variables, index: NameIndex, name: string): ExprValue | undefined {
  if (index.hasBelow(name)) return new VariablesMap(variables, index, name);
  return variables.get(name);
}

/**
 * The environment of expression tags: "a.b.c" is reached as a.b.c, and Argo's functions stand beside the variables.
 * The cost of a name is that of the names below it when `variables` has keysUnder, else one pass over all names
 * for each first segment that the expression uses.
 */
export function environmentFromVariables(variables: Variables): ExprEnvironment {
  const index = new NameIndex(variables);
  return {
    get: (name) => {
      const own = argoFunctions.get(name);
      if (own !== undefined) return own;
      return name.includes(".") ? undefined : readVariable(variables, index, name);
    },
    keys: () => new Set([...index.roots(), ...argoFunctions.keys()]),
  };
}

/** An environment of plain JSON values: numbers become floats, bigints integers, objects maps. */
export function environmentFromRecord(record: Readonly<Record<string, unknown>>): ExprEnvironment {
  return {
    get: (name) => (Object.hasOwn(record, name) ? fromJsonValue(record[name]) : undefined),
    keys: () => Object.keys(record),
  };
}

/** Adds Argo's functions to an environment, whose own names come first. */
export function withArgoFunctions(environment: ExprEnvironment): ExprEnvironment {
  return {
    get: (name) => environment.get(name) ?? (environment.get(name) === null ? null : argoFunctions.get(name)),
    keys: () => new Set([...(environment.keys?.() ?? []), ...argoFunctions.keys()]),
  };
}

/** The environment as one map: the value of `$env`. */
export class EnvironmentMap extends ExprMap {
  readonly keyType = "string";
  readonly #environment: ExprEnvironment;

  constructor(environment: ExprEnvironment) {
    super();
    this.#environment = environment;
  }

  get(key: MapKey): ExprValue | undefined {
    return typeof key === "string" ? this.#environment.get(key) : undefined;
  }

  keys(): Iterable<string> {
    return this.#environment.keys?.() ?? [];
  }

  get size(): number {
    return [...this.keys()].length;
  }
}
