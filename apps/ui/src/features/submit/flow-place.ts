/** A key and a plain value in a flow collection (`{name: main}`, JSON), and what contains them. */
export interface FlowPair {
  readonly path: readonly string[];
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

/** Where a flow collection begins: what it is the value of. */
interface Opening {
  readonly path: readonly string[];
  readonly column: number;
}

/** What is being written at the end of a text that ends within a flow collection. */
export interface FlowEnd {
  readonly path: readonly string[];
  /** Whose value is being written; undefined where a key is. */
  readonly key: string | undefined;
  readonly word: string;
  readonly column: number;
  readonly isQuoted: boolean;
}

interface Token {
  readonly text: string;
  readonly line: number;
  readonly from: number;
  readonly to: number;
  readonly quote: string | undefined;
  readonly isComplete: boolean;
}

interface Frame {
  readonly isMap: boolean;
  readonly path: readonly string[];
  key: string | undefined;
  token: Token | undefined;
}

/** Reads flow collections line by line, half-written ones too; what is between them is the caller's. */
export class FlowReader {
  readonly pairs: FlowPair[] = [];
  readonly #frames: Frame[] = [];

  /** Inside of a collection that is not closed yet? */
  get isOpen(): boolean {
    return this.#frames.length > 0;
  }

  /** Forgets what is open: a document has ended. */
  reset(): void {
    this.#frames.length = 0;
  }

  /** Takes a line; one that is not inside of a collection begins with the bracket at `opening`. */
  read(text: string, line: number, opening: Opening | undefined): void {
    let column = 0;
    if (opening !== undefined) {
      this.#push(text[opening.column] === "{", opening.path);
      column = opening.column + 1;
    }
    const frame = this.#frames.at(-1);
    // A string goes on in the next line; it stays where it began.
    if (frame?.token?.isComplete === false)
      column = this.#readQuoted(frame, text, frame.token.line, 0, frame.token.quote);
    while (column < text.length && this.isOpen) column = this.#step(text, line, column);
  }

  /** What is being written where the last line ended; undefined where nothing can be offered. */
  end(line: number, column: number): FlowEnd | undefined {
    const frame = this.#frames.at(-1);
    if (frame === undefined || !frame.isMap) return undefined;
    const { path, key, token } = frame;
    if (token === undefined) return { path, key, word: "", column, isQuoted: false };
    const isOver = token.quote !== undefined && token.isComplete;
    if (isOver || token.line !== line || token.to !== column) return undefined;
    return { path, key, word: token.text, column: token.from, isQuoted: token.quote !== undefined };
  }

  #push(isMap: boolean, path: readonly string[]): void {
    this.#frames.push({ isMap, path, key: undefined, token: undefined });
  }

  /** One token or mark; the column behind it. */
  #step(text: string, line: number, column: number): number {
    const frame = this.#frames.at(-1);
    const character = text[column] ?? "";
    if (frame === undefined || /\s/.test(character)) return column + 1;
    if (character === "#" && /^\s?$/.test(text[column - 1] ?? "")) return text.length;
    if (character === '"' || character === "'") return this.#readQuoted(frame, text, line, column + 1, character);
    if (character === "{" || character === "[") {
      const inner = frame.isMap ? frame.key : "[]";
      this.#push(character === "{", [...frame.path, inner ?? ""]);
    } else if (character === "}" || character === "]" || character === ",") {
      this.#settle(frame);
      if (character !== ",") this.#frames.pop();
    } else if (character === ":" && frame.key === undefined && frame.token !== undefined) {
      frame.key = frame.token.text;
      frame.token = undefined;
    } else return this.#readPlain(frame, text, line, column);
    return column + 1;
  }

  #settle(frame: Frame): void {
    const { isMap, path, key, token } = frame;
    if (isMap && key !== undefined && token !== undefined)
      this.pairs.push({ path, key, value: token.text, line: token.line });
    [frame.key, frame.token] = [undefined, undefined];
  }

  #readQuoted(frame: Frame, text: string, line: number, from: number, quote: string | undefined): number {
    const body = quote === "'" ? /^(?:[^']|'')*/ : /^(?:[^"\\]|\\.)*/;
    const content = body.exec(text.slice(from))?.[0] ?? "";
    const to = from + content.length;
    const isComplete = to < text.length;
    frame.token = { text: content, line, from, to, quote, isComplete };
    return isComplete ? to + 1 : text.length;
  }

  #readPlain(frame: Frame, text: string, line: number, from: number): number {
    const content = /^(?::(?=[^\s,[\]{}])|[^\s,[\]{}:]|[ \t]+(?=[^\s,[\]{}:#]))+/.exec(text.slice(from))?.[0] ?? ":";
    const to = from + content.length;
    frame.token = { text: content, line, from, to, quote: undefined, isComplete: true };
    return to;
  }
}
