import { quote } from "../golang/quote.ts";
import { trimSpace } from "../golang/spaces.ts";
import { fail, type Result, succeed } from "../result.ts";

/** A template whose tags have been found. Replacing it many times costs one parse. */
export interface CompiledTemplate {
  readonly source: string;
  /** Names of the simple tags, trimmed, in order of appearance. */
  readonly simpleTags: readonly string[];
  /** Sources of the expression tags, with the JSON escapes undone, in order of appearance. */
  readonly expressions: readonly string[];
  readonly hasTags: boolean;
}

export interface SimpleTag {
  readonly type: "simple";
  /** The text between the braces as it stands in the template. */
  readonly raw: string;
  readonly name: string;
  /** For `{{a.{{b}}`: the outer part `a.` and the name `b` whose value completes it. */
  readonly nested: { readonly outer: string; readonly name: string } | undefined;
}

export interface ExpressionTag {
  readonly type: "expression";
  /** The expression as JSON text, which is written back when it stays unresolved. */
  readonly raw: string;
  /** The expression itself, or undefined when the tag's text is not the inside of a JSON string. */
  readonly source: string | undefined;
}

export type Tag = SimpleTag | ExpressionTag;

/** `texts` has one element more than `tags`: they alternate, text first. */
export class TemplateProgram implements CompiledTemplate {
  readonly source: string;
  readonly texts: readonly string[];
  readonly tags: readonly Tag[];
  /** True when a tag reaches over the end of a JSON string, so that replacing it can break the JSON. */
  readonly mayBreakJson: boolean;
  readonly simpleTags: readonly string[];
  readonly expressions: readonly string[];

  constructor(source: string, texts: readonly string[], tags: readonly Tag[]) {
    this.source = source;
    this.texts = texts;
    this.tags = tags;
    this.mayBreakJson = tags.some((tag) => hasBareQuote(tag.raw));
    this.simpleTags = tags.flatMap((tag) => (tag.type === "simple" ? [tag.name] : []));
    this.expressions = tags.flatMap((tag) =>
      tag.type === "expression" && tag.source !== undefined ? [tag.source] : [],
    );
  }

  get hasTags(): boolean {
    return this.tags.length > 0;
  }
}

const opening = "{{";
const closing = "}}";

/** Finds the tags of a template, which is JSON text: the marshalled object whose strings contain the tags. */
export function compileTemplate(source: string): Result<CompiledTemplate> {
  return compileProgram(source);
}

export function compileProgram(source: string): Result<TemplateProgram> {
  if (!isJson(source)) return fail("cannot do template replacements with invalid JSON");
  const texts: string[] = [];
  const tags: Tag[] = [];
  let position = 0;
  for (;;) {
    const start = source.indexOf(opening, position);
    if (start < 0) break;
    const end = source.indexOf(closing, start + opening.length);
    if (end < 0) {
      const rest = quote(source.slice(start + opening.length));
      return fail(`Cannot find end tag="}}" in the template=${quote(source)} starting from ${rest}`);
    }
    texts.push(source.slice(position, start));
    tags.push(readTag(source.slice(start + opening.length, end)));
    position = end + closing.length;
  }
  texts.push(source.slice(position));
  return succeed(new TemplateProgram(source, texts, tags));
}

/** Says whether the text is one JSON value. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function readTag(text: string): Tag {
  return text.startsWith("=") ? readExpressionTag(text.slice(1)) : readSimpleTag(text);
}

function readSimpleTag(raw: string): SimpleTag {
  const inner = raw.lastIndexOf(opening);
  const nested = inner > 0 ? { outer: raw.slice(0, inner), name: raw.slice(inner + opening.length) } : undefined;
  return { type: "simple", raw, name: trimSpace(raw), nested };
}

function readExpressionTag(text: string): ExpressionTag {
  // Go's JSON encoder escapes these three for HTML's sake; Argo undoes that before anything else.
  const raw = text.replaceAll("\\u003c", "<").replaceAll("\\u003e", ">").replaceAll("\\u0026", "&");
  return { type: "expression", raw, source: unescapeJson(raw) };
}

function unescapeJson(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(`"${text}"`);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

function hasBareQuote(text: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*"/.test(text);
}
