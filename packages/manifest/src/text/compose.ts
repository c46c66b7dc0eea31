import { Composer, type Document, Parser } from "yaml";
import { limits } from "../limits.ts";
import { error, type Problem } from "../problem.ts";
import { createGoLexer } from "./go-lexer.ts";

/** The syntax trees of a text's documents, and what was wrong with the text. */
export interface Composition {
  readonly documents: readonly Document.Parsed[];
  readonly failure?: { readonly problem: Problem; readonly offset: number };
}

// The composer is recursive: nesting is counted on the tokens, before a bomb of brackets can exhaust its stack.
class DepthGuard {
  private flow = 0;
  private marks = 0;
  private isLineStart = true;
  /** The indentations of the blocks around the current line. */
  private readonly indents: number[] = [];

  isTooDeep(lexeme: string): boolean {
    if (isControl(lexeme)) return false;
    if (this.isLineStart) this.indent(lexeme);
    if (lexeme === "[" || lexeme === "{") this.flow += 1;
    else if (lexeme === "]" || lexeme === "}") this.flow = Math.max(0, this.flow - 1);
    if (lexeme === "\n" || lexeme === "\r\n") {
      this.marks = 0;
      this.isLineStart = true;
    } else if (this.flow === 0 && (lexeme === "-" || lexeme === "?" || lexeme === ":")) this.marks += 1;
    // One line opens a block with each mark, outside of brackets; a key's colon comes on top, hence the wider limit.
    return this.flow > limits.depthMax || this.marks > 4 * limits.depthMax || this.indents.length > limits.depthMax;
  }

  private indent(lexeme: string): void {
    if (lexeme === "\n" || lexeme === "\r\n" || lexeme.startsWith("#")) return;
    this.isLineStart = false;
    const width = lexeme.trim() === "" ? lexeme.length : 0;
    while ((this.indents.at(-1) ?? -1) >= width) this.indents.pop();
    this.indents.push(width);
  }
}

/** Parses a text to syntax trees and stops at the first limit that it breaks. */
export function compose(text: string): Composition {
  const documents: Document.Parsed[] = [];
  const parser = new Parser();
  // Duplicate keys are looked for by the reader: the library compares every key with every other.
  const composer = new Composer({
    uniqueKeys: false,
    strict: true,
    schema: "failsafe",
    prettyErrors: false,
  });
  if (text.length > limits.textBytesUncounted && hasTooManyTokens(text)) return { documents, failure: tooManyTokens() };
  const guard = new DepthGuard();
  let offset = 0;
  try {
    for (const lexeme of createGoLexer().lex(text)) {
      if (guard.isTooDeep(lexeme)) return { documents, failure: tooDeep(offset) };
      offset += isControl(lexeme) ? 0 : lexeme.length;
      for (const token of parser.next(lexeme)) documents.push(...composer.next(token));
      if (documents.length > limits.documentsMax) return { documents: [], failure: tooManyDocuments(offset) };
    }
    for (const token of parser.end()) documents.push(...composer.next(token));
    documents.push(...composer.end(false, text.length));
  } catch (thrown) {
    // What the token count let through (deep indentation) ends as an exhausted stack, which is the same mistake.
    if (thrown instanceof RangeError) return { documents, failure: tooDeep(offset) };
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return { documents, failure: { problem: error("SYNTAX", [], `The text is not YAML: ${reason}.`), offset } };
  }
  return { documents };
}

/** The lexer marks the start of documents and of flow scalars by control characters that are not in the text. */
function isControl(lexeme: string): boolean {
  return lexeme === "\u0002" || lexeme === "\u0018" || lexeme === "\u001f";
}

function hasTooManyTokens(text: string): boolean {
  let tokens = 0;
  for (const _ of createGoLexer().lex(text)) {
    tokens += 1;
    if (tokens > limits.tokensMax) return true;
  }
  return false;
}

function tooManyTokens() {
  const message = `The text has more than ${limits.tokensMax} words and marks: split it, or take the items of a loop from an output (withParam).`;
  return { problem: error("TOO_MANY", [], message), offset: 0 };
}

function tooDeep(offset: number) {
  const message = `Objects and lists are nested more than ${limits.depthMax} deep here: flatten them.`;
  return { problem: error("TOO_DEEP", [], message), offset };
}

function tooManyDocuments(offset: number) {
  const message = `The text has more than ${limits.documentsMax} documents: split it into several files.`;
  return { problem: error("TOO_MANY", [], message), offset };
}
