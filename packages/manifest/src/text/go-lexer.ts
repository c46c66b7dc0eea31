import { Lexer } from "yaml";

interface QuotedScalarLexer {
  indentNext: number;
  parseQuotedScalar(): Generator<string, string | undefined>;
}

/**
 * The library's lexer, as lenient as Go's YAML parser about the lines of a quoted scalar: they may begin anywhere, even left of the
 * key. The two members are internal to the library, whose exact version is pinned; the test of this file would notice a change.
 */
export function createGoLexer(): Lexer {
  const lexer = new Lexer();
  const internals = lexer as unknown as QuotedScalarLexer;
  const strict = internals.parseQuotedScalar.bind(lexer);
  internals.parseQuotedScalar = function* lenient() {
    const { indentNext } = internals;
    internals.indentNext = 0;
    const next = yield* strict();
    internals.indentNext = indentNext;
    return next;
  };
  return lexer;
}
