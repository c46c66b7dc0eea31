import type { Json } from "@capstan/core";
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from "yaml";
import { limits } from "../limits.ts";
import { error, type Problem } from "../problem.ts";
import type { Path } from "./path.ts";
import { resolvePlainScalar } from "./scalar.ts";

type Mutable = { [key: string]: Json };

/** A mistake and the offset in the text where it stands. */
export interface Misreading {
  readonly problem: Problem;
  readonly offset: number | undefined;
}

/** What may be left of the budget of values; shared by all documents of a text. */
export interface Budget {
  valuesLeft: number;
}

/** Reads a syntax tree into JSON as Kubernetes' parser does: merges, aliases and tags are carried out, duplicate keys are mistakes. */
export function readDocument(document: Document.Parsed, budget: Budget): { value: Json; mistakes: Misreading[] } {
  const reader = new DocumentReader(budget);
  const value = reader.read(document.contents, [], 0);
  // What a bomb has grown to is of no use to anyone, and the checks that follow would walk through all of it.
  return { value: budget.valuesLeft < 0 ? null : value, mistakes: reader.mistakes };
}

class DocumentReader {
  readonly mistakes: Misreading[] = [];
  private readonly anchors = new Map<string, Node>();
  private readonly opened = new Set<Node>();
  private exhausted = false;

  private readonly budget: Budget;

  constructor(budget: Budget) {
    this.budget = budget;
  }

  read(node: unknown, path: Path, depth: number): Json {
    if (this.exhausted || node === null || node === undefined) return null;
    this.budget.valuesLeft -= 1;
    if (this.budget.valuesLeft < 0) return this.refuseBomb(node, path);
    if (depth > limits.depthMax) {
      this.report(error("TOO_DEEP", path, `Objects and lists are nested more than ${limits.depthMax} deep.`), node);
      return null;
    }
    if (isAlias(node)) return this.readAlias(node.source, node, path, depth);
    if (isMap(node) || isSeq(node) || isScalar(node)) {
      if (node.anchor !== undefined) this.anchors.set(node.anchor, node);
    }
    if (isScalar(node)) return this.readScalar(node, path);
    if (isSeq(node)) return node.items.map((item, index) => this.read(item, [...path, index], depth + 1));
    if (isMap(node)) return this.readMap(node, path, depth);
    return null;
  }

  private refuseBomb(node: unknown, path: Path): null {
    this.exhausted = true;
    const message = `The text has more than ${limits.valuesMax} values once its aliases are written out: use fewer aliases or split it.`;
    this.report(error("TOO_MANY", path, message), node);
    return null;
  }

  private readAlias(name: string, node: Node, path: Path, depth: number): Json {
    const target = this.anchors.get(name);
    if (target === undefined) {
      this.report(error("SYNTAX", path, `The alias *${name} has no anchor &${name} before it.`), node);
      return null;
    }
    if (this.opened.has(target)) {
      this.report(error("SYNTAX", path, `The anchor &${name} contains itself.`), node);
      return null;
    }
    this.opened.add(target);
    const value = this.read(target, path, depth);
    this.opened.delete(target);
    return value;
  }

  private readScalar(node: Scalar, path: Path): Json {
    const text = typeof node.value === "string" ? node.value : String(node.source ?? node.value ?? "");
    const value = scalarValue(node, text);
    if (value !== undefined) return value;
    this.report(error("WRONG_TYPE", path, `${text} is no value of JSON: write it as a string in quotes.`), node);
    return null;
  }

  private readMap(node: YAMLMap, path: Path, depth: number): Json {
    const own: Mutable = {};
    const merged: Mutable[] = [];
    this.opened.add(node);
    for (const pair of node.items) {
      if (isMergeKey(pair)) merged.push(...this.readMerge(pair.value, path, depth));
      else this.readPair(pair, own, path, depth);
    }
    this.opened.delete(node);
    for (const source of merged) {
      for (const [key, value] of Object.entries(source)) if (!Object.hasOwn(own, key)) own[key] = value;
    }
    return own;
  }

  private readPair(pair: Pair<unknown, unknown>, into: Mutable, path: Path, depth: number): void {
    const key = this.readKey(pair.key, path);
    if (key === undefined) return;
    if (key === "__proto__") {
      this.report(error("FORBIDDEN_KEY", path, "A key may not be __proto__: choose another name."), pair.key);
      return;
    }
    if (Object.hasOwn(into, key)) {
      const message = `The key ${JSON.stringify(key)} is given twice: remove one of the two.`;
      this.report(error("DUPLICATE_KEY", [...path, key], message), pair.key);
      return;
    }
    into[key] = this.read(pair.value, [...path, key], depth + 1);
  }

  private readKey(key: unknown, path: Path): string | undefined {
    const node = isAlias(key) ? this.anchors.get(key.source) : key;
    if (isScalar(node)) {
      if (node.anchor !== undefined) this.anchors.set(node.anchor, node);
      const value = this.readScalar(node, path);
      if (value !== null && typeof value !== "object") return String(value);
    }
    this.report(error("SYNTAX", path, "A key must be a string: put it in quotes."), key);
    return undefined;
  }

  private readMerge(node: unknown, path: Path, depth: number): Mutable[] {
    const value = this.read(node, path, depth + 1);
    const sources = Array.isArray(value) ? value : [value];
    const maps = sources.filter(isObject);
    if (maps.length !== sources.length) {
      this.report(error("SYNTAX", path, "What << merges must be an object or a list of objects."), node);
    }
    return maps;
  }

  private report(problem: Problem, node: unknown): void {
    const offset = isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range?.[0] : undefined;
    if (this.mistakes.length < limits.problemsMax) this.mistakes.push({ problem, offset });
  }
}

function isObject(value: Json): value is Mutable {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isMergeKey(pair: Pair<unknown, unknown>): boolean {
  return isScalar(pair.key) && pair.key.type === "PLAIN" && pair.key.source === "<<";
}

const tagPrefix = "tag:yaml.org,2002:";

function scalarValue(node: Scalar, text: string): Json | undefined {
  const tag = node.tag?.startsWith(tagPrefix) ? node.tag.slice(tagPrefix.length) : node.tag;
  if (tag === "str") return text;
  if (tag === "binary") return decodeBase64(text);
  if (tag === "int" || tag === "float" || tag === "bool" || tag === "null") return resolvePlainScalar(text);
  return node.type === "PLAIN" || node.type === undefined ? resolvePlainScalar(text) : text;
}

function decodeBase64(text: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text.replace(/\s/g, "")), (char) => char.charCodeAt(0)));
  } catch {
    return text;
  }
}
