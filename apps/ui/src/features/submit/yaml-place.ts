import { type FlowEnd, type FlowPair, FlowReader } from "./flow-place.ts";

/** Where a cursor is in a YAML text, as far as completion needs to know; `[]` stands for an item of a list. */
export interface YamlPlace {
  /** Of the document that it is in. */
  readonly kind: string | undefined;
  /** What contains the key. */
  readonly path: readonly string[];
  /** The key whose value is being written; undefined where a key is. */
  readonly key: string | undefined;
  /** What stands there before the cursor, and the column at which it begins. */
  readonly word: string;
  readonly column: number;
  /** In `{…}` or `[…]`; within quotes there, as JSON has it. */
  readonly style: "block" | "flow" | "quoted";
}

/**
 * Reads the block style by indentation alone and the flow style by its brackets, so that it works while the text is half written;
 * undefined inside of a block of text.
 */
export function yamlPlace(lines: readonly string[], line: number, column: number): YamlPlace | undefined {
  const kind = kindOf(lines, line);
  const flow = flowPlace(lines, line, column);
  if (flow === "block") return blockPlace(lines, line, column, kind);
  if (flow === undefined) return undefined;
  const { isQuoted, ...place } = flow;
  return { kind, ...place, style: isQuoted ? "quoted" : "flow" };
}

function blockPlace(
  lines: readonly string[],
  line: number,
  column: number,
  kind: string | undefined,
): YamlPlace | undefined {
  const before = (lines[line] ?? "").slice(0, column);
  const value = /^(\s*(?:-\s+)*)([\w./-]+):\s+(\S*)$/.exec(before);
  const key = value === null ? /^(\s*(?:-\s+)*)([\w./-]*)$/.exec(before) : null;
  const [, lead = "", name = "", word = ""] = value ?? key ?? [];
  if (value === null && key === null) return undefined;
  const path = pathOf(lines, line, lead.length);
  if (path === undefined) return undefined;
  const common = { kind, path, style: "block" } as const;
  if (value === null) return { ...common, key: undefined, word: name, column: lead.length };
  return { ...common, key: name, word, column: column - word.length };
}

/** What is written in a flow collection that is open there; "block" where none is, undefined where nothing can be offered. */
function flowPlace(lines: readonly string[], line: number, column: number): FlowEnd | "block" | undefined {
  const before = [...lines.slice(0, line), (lines[line] ?? "").slice(0, column)];
  const reader = readFlow(before);
  return reader.isOpen ? reader.end(line, column) : "block";
}

const flowStart = /^(\s*(?:-\s+)*)(?:(?:"([^"]+)"|'([^']+)'|([\w./-]+)):\s+)?(?:[&!]\S*\s+)*[{[]/;

/** Everything in flow style, wherever it stands. */
function readFlow(lines: readonly string[]): FlowReader {
  const reader = new FlowReader();
  let textColumn: number | undefined;
  for (const [at, text] of lines.entries()) {
    if (isBoundary(text)) reader.reset();
    if (reader.isOpen) {
      reader.read(text, at, undefined);
      continue;
    }
    if (textColumn !== undefined && (text.trim() === "" || text.search(/\S/) > textColumn)) continue;
    const parts = partsOf(text);
    textColumn = parts?.opensText ? (parts.key === undefined ? parts.dashes.at(-1) : parts.column) : undefined;
    const [whole = "", lead = "", ...keys] = flowStart.exec(text) ?? [];
    if (whole === "") continue;
    const above = pathOf(lines, at, lead.length);
    const key = keys.find((one) => one !== undefined);
    if (above !== undefined)
      reader.read(text, at, { path: key === undefined ? above : [...above, key], column: whole.length - 1 });
  }
  return reader;
}

interface LineParts {
  /** Columns of the dashes that begin items here. */
  readonly dashes: readonly number[];
  readonly column: number;
  readonly key: string | undefined;
  readonly opensText: boolean;
}

function partsOf(line: string): LineParts | undefined {
  const match = /^(\s*)((?:-\s+|-$)*)(?:"([^"]+)"|'([^']+)'|([\w./-]+))?(:(?:\s|$))?/.exec(line);
  if (match === null || line.trim() === "" || line.trimStart().startsWith("#")) return undefined;
  const [, indent = "", dashText = "", ...rest] = match;
  const dashes = [...dashText.matchAll(/-/g)].map(({ index }) => indent.length + index);
  const isKey = rest[3] !== undefined;
  return {
    dashes,
    column: indent.length + dashText.length,
    key: isKey ? (rest[0] ?? rest[1] ?? rest[2]) : undefined,
    opensText: /[:-]\s+[|>][-+\d]*\s*(#.*)?$/.test(line),
  };
}

/** What contains a key at this column of the line, from the outside in. */
export function pathOf(lines: readonly string[], line: number, keyColumn: number): readonly string[] | undefined {
  const path: string[] = [];
  let column = keyColumn;
  let isItem = false;
  for (let at = line; at >= 0 && (column > 0 || isItem); at--) {
    const text = lines[at] ?? "";
    if (at < line && isBoundary(text)) break;
    const parts = partsOf(text);
    if (parts === undefined) continue;
    if (at < line && parts.key !== undefined && (parts.column < column || (isItem && parts.column === column))) {
      if (parts.opensText) return undefined;
      path.unshift(parts.key);
      [column, isItem] = [parts.column, false];
    }
    for (const dash of parts.dashes.toReversed()) {
      if (dash >= column) continue;
      if (at < line && parts.key === undefined && parts.opensText) return undefined;
      path.unshift("[]");
      [column, isItem] = [dash, true];
    }
  }
  return path;
}

function isBoundary(text: string | undefined): boolean {
  return text !== undefined && /^---(\s|$)/.test(text);
}

function kindOf(lines: readonly string[], line: number): string | undefined {
  let first = line;
  while (first > 0 && !isBoundary(lines[first])) first--;
  const next = lines.findIndex((text, at) => at > line && isBoundary(text));
  const document = lines.slice(first, next < 0 ? lines.length : next);
  for (const text of document) {
    const kind = /^kind:\s*["']?(\w+)/.exec(text)?.[1];
    if (kind !== undefined) return kind;
  }
  return readFlow(document).pairs.find(({ path, key }) => path.length === 0 && key === "kind")?.value;
}

/** The names of the templates that the text defines. */
export function templateNames(lines: readonly string[]): readonly string[] {
  const inFlow = readFlow(lines).pairs.filter((pair) => pair.key === "name" && isTemplate(pair.path));
  const inBlock = lines.flatMap((text, line): Pick<FlowPair, "value" | "line">[] => {
    const match = /^(\s*(?:-\s+)?)name:\s*["']?([\w.-]+)/.exec(text);
    if (match === null) return [];
    const [, lead = "", name = ""] = match;
    return isTemplate(pathOf(lines, line, lead.length)) ? [{ value: name, line }] : [];
  });
  return [...inFlow, ...inBlock].sort((left, right) => left.line - right.line).map(({ value }) => value);
}

function isTemplate(path: readonly string[] | undefined): boolean {
  return path?.join("/") === "spec/templates/[]";
}
