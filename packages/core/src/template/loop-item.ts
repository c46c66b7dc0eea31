import type { Variables } from "@capstan/expressions";
import type { Json, JsonObject } from "../json.ts";
import { compactGoJson, compareText, isList, writeExactJson } from "./go-json.ts";

/** What one turn of a loop brings: the variables `item` and `item.<key>`, and the text that its name shows. */
export interface LoopItem extends Variables {
  readonly description: string;
}

/** The loop item of a JSON value, with the texts that Argo makes of it. */
export function loopItem(value: Json): LoopItem {
  if (typeof value === "string") {
    const text = unquotedJson(value);
    return new SingleItem(isNumberText(value) ? text : value, text);
  }
  // To Argo's decoder null is a list without elements.
  if (value === null) return new SingleItem("null", "[]");
  if (isList(value)) return new SingleItem(compactGoJson(value), `[${value.map(unquotedJson).join(" ")}]`);
  if (typeof value === "object") return new MapItem(value);
  return new SingleItem(String(value), String(value));
}

class SingleItem implements LoopItem {
  readonly description: string;
  readonly #value: string;

  constructor(value: string, description: string) {
    this.#value = value;
    this.description = description;
  }

  get(name: string): string | undefined {
    return name === "item" ? this.#value : undefined;
  }

  keys(): Iterable<string> {
    return ["item"];
  }
}

class MapItem implements LoopItem {
  readonly #fields: JsonObject;

  constructor(fields: JsonObject) {
    this.#fields = fields;
  }

  get description(): string {
    return Object.entries(this.#fields)
      .map(([key, value]) => `${key}:${unquotedJson(value ?? null)}`)
      .sort(compareText)
      .join(",");
  }

  get(name: string): string | undefined {
    if (name === "item") return this.#json();
    if (!name.startsWith("item.")) return undefined;
    const key = name.slice(5);
    return Object.hasOwn(this.#fields, key) ? unquotedJson(this.#fields[key] ?? null) : undefined;
  }

  keys(): Iterable<string> {
    return ["item", ...Object.keys(this.#fields).map((key) => `item.${key}`)];
  }

  // Only the map's own keys are sorted; what lies deeper is raw text to Argo.
  #json(): string {
    const keys = Object.keys(this.#fields).sort(compareText);
    return `{${keys.map((key) => `${compactGoJson(key)}:${compactGoJson(this.#fields[key] ?? null)}`).join(",")}}`;
  }
}

/** JSON text without the quotes around a string; its escapes stay, as in Argo. */
function unquotedJson(value: Json): string {
  const text = writeExactJson(value);
  return text.startsWith('"') ? text.slice(1, -1) : text;
}

/** A number that is kept as it stood. */
function isNumberText(value: string): boolean {
  return value.startsWith("\u0002") && !writeExactJson(value).startsWith('"');
}
