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
  private dashes = 0;

  isTooDeep(lexeme: string): boolean {
    if (lexeme === "[" || lexeme === "{") this.flow += 1;
    else if (lexeme === "]" || lexeme === "}") this.flow -= 1;
    if (lexeme === "\n" || lexeme === "\r\n") this.dashes = 0;
    else if (lexeme === "-" || lexeme === "?" || lexeme === ":") this.dashes += 1;
    return this.flow > limits.depthMax || this.dashes > 4 * limits.depthMax;
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

function tooDeep(offset: number) {
  const message = `Objects and lists are nested more than ${limits.depthMax} deep here: flatten them.`;
  return { problem: error("TOO_DEEP", [], message), offset };
}

function tooManyDocuments(offset: number) {
  const message = `The text has more than ${limits.documentsMax} documents: split it into several files.`;
  return { problem: error("TOO_MANY", [], message), offset };
}
