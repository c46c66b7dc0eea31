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
}

/** Reads the block style by indentation alone, so that it works while the text is half written; undefined inside of a block of text. */
export function yamlPlace(lines: readonly string[], line: number, column: number): YamlPlace | undefined {
  const before = (lines[line] ?? "").slice(0, column);
  const value = /^(\s*(?:-\s+)*)([\w./-]+):\s+(\S*)$/.exec(before);
  const key = value === null ? /^(\s*(?:-\s+)*)([\w./-]*)$/.exec(before) : null;
  const [, lead = "", name = "", word = ""] = value ?? key ?? [];
  if (value === null && key === null) return undefined;
  const path = pathOf(lines, line, lead.length);
  if (path === undefined) return undefined;
  const kind = kindOf(lines, line);
  if (value === null) return { kind, path, key: undefined, word: name, column: lead.length };
  return { kind, path, key: name, word, column: column - word.length };
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
    if (at < line && /^---(\s|$)/.test(text)) break;
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

function kindOf(lines: readonly string[], line: number): string | undefined {
  const isBoundary = (text: string | undefined) => text !== undefined && /^---(\s|$)/.test(text);
  let first = line;
  while (first > 0 && !isBoundary(lines[first])) first--;
  for (let at = first; at < lines.length && (at === first || !isBoundary(lines[at])); at++) {
    const kind = /^kind:\s*["']?(\w+)/.exec(lines[at] ?? "")?.[1];
    if (kind !== undefined) return kind;
  }
  return undefined;
}

/** The names of the templates that the text defines. */
export function templateNames(lines: readonly string[]): readonly string[] {
  return lines.flatMap((text, line) => {
    const match = /^(\s*(?:-\s+)?)name:\s*["']?([\w.-]+)/.exec(text);
    if (match === null) return [];
    const [, lead = "", name = ""] = match;
    return pathOf(lines, line, lead.length)?.join("/") === "spec/templates/[]" ? [name] : [];
  });
}
