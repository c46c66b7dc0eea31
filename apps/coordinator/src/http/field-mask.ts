import { isObject, type Json } from "@capstan/core";

/**
 * The `fields` parameter of Argo's API: a list of paths to keep ("metadata,items.status.phase"), or, when it begins with "-", to
 * leave out. A path goes through lists as if each item stood alone.
 */
export class FieldMask {
  readonly #tree: MaskTree | undefined;
  readonly #excludes: boolean;

  constructor(text: string | undefined, prefix = "") {
    this.#excludes = text?.startsWith("-") ?? false;
    const paths = (text ?? "")
      .replace(/^-/, "")
      .split(",")
      .map((path) => path.trim())
      .filter((path) => path !== "")
      .map((path) => (path.startsWith(prefix) ? path.slice(prefix.length) : path));
    this.#tree = paths.length === 0 ? undefined : treeOf(paths);
  }

  get isEmpty(): boolean {
    return this.#tree === undefined;
  }

  /** Would any value at the path or below it be kept? */
  includes(path: string): boolean {
    if (this.#tree === undefined) return true;
    let tree: MaskTree = this.#tree;
    for (const key of path.split(".")) {
      const next: MaskTree | undefined = tree.get(key);
      if (next === undefined) return this.#excludes;
      if (next.size === 0) return !this.#excludes;
      tree = next;
    }
    return true;
  }

  apply(value: Json): Json {
    if (this.#tree === undefined) return value;
    return this.#excludes ? without(value, this.#tree) : only(value, this.#tree);
  }
}

/** A key without children stands for everything below it. */
type MaskTree = Map<string, MaskTree>;

function treeOf(paths: readonly string[]): MaskTree {
  const root: MaskTree = new Map();
  for (const path of paths) {
    let tree = root;
    for (const key of path.split(".")) {
      const next: MaskTree = tree.get(key) ?? new Map();
      tree.set(key, next);
      tree = next;
    }
  }
  return root;
}

function only(value: Json, tree: MaskTree): Json {
  if (tree.size === 0) return value;
  if (Array.isArray(value)) return value.map((item: Json) => only(item, tree));
  if (!isObject(value)) return value;
  const kept: [string, Json][] = [];
  for (const [key, below] of tree) {
    const found = Object.hasOwn(value, key) ? value[key] : undefined;
    if (found !== undefined) kept.push([key, only(found, below)]);
  }
  return Object.fromEntries(kept);
}

function without(value: Json, tree: MaskTree): Json {
  if (Array.isArray(value)) return value.map((item: Json) => without(item, tree));
  if (!isObject(value)) return value;
  const kept: [string, Json][] = [];
  for (const [key, found] of Object.entries(value)) {
    const below = tree.get(key);
    if (found === undefined || below?.size === 0) continue;
    kept.push([key, below === undefined ? found : without(found, below)]);
  }
  return Object.fromEntries(kept);
}
