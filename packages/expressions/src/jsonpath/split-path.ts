import { EvaluationError } from "../result.ts";

/** Follows quotes and brackets through a text, to find what stands outside of them. */
export class BracketScanner {
  #quote = "";
  #depth = 0;

  /** Says whether the character at `index` stands outside of quotes and brackets, and takes it in. */
  take(text: string, index: number): boolean {
    const character = text[index] ?? "";
    if (this.#quote !== "") {
      if (character === this.#quote && text[index - 1] !== "\\") this.#quote = "";
      return false;
    }
    if (character === "'" || character === '"') {
      this.#quote = character;
      return false;
    }
    if (character === "(" || character === "[") {
      this.#depth++;
      return false;
    }
    if (character === ")" || character === "]") {
      this.#depth--;
      return false;
    }
    return this.#depth === 0;
  }

  get isOutside(): boolean {
    return this.#quote === "" && this.#depth <= 0;
  }
}

/** Splits a text at a separator that stands outside of quotes and brackets. */
export function splitOutside(text: string, separator: string): string[] {
  const scanner = new BracketScanner();
  const parts: string[] = [];
  let from = 0;
  for (let index = 0; index < text.length; index++) {
    if (scanner.take(text, index) && text[index] === separator) {
      parts.push(text.slice(from, index));
      from = index + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}

function endOfBracket(path: string, start: number): number {
  const scanner = new BracketScanner();
  for (let index = start; index < path.length; index++) {
    scanner.take(path, index);
    if (scanner.isOutside) return index + 1;
  }
  throw new EvaluationError(
    `invalid JSONPath selector '${path}' invalid token. '${path.slice(start)}' does not match any token format`,
  );
}

function endOfName(path: string, start: number): number {
  let index = start;
  while (index < path.length && path[index] !== "." && path[index] !== "[") index++;
  return index;
}

/** Splits a path such as $.a[0]..b into its parts: "$", "a", "[0]", "..", "b". */
export function splitPath(path: string): string[] {
  const [first] = path;
  if (first !== "$" && first !== "@") {
    throw new EvaluationError(`invalid JSONPath selector '${path}' unexpected token '${first ?? ""}' at index 0`);
  }
  if (path.length > 1 && path[1] !== "." && path[1] !== "[") {
    throw new EvaluationError(`invalid JSONPath selector '${path}' unexpected token '${path[1] ?? ""}' at index 1`);
  }
  const parts = [first];
  let index = 1;
  while (index < path.length) {
    if (path.startsWith("..", index)) {
      parts.push("..");
      index += 2;
    } else if (path[index] === ".") index++;
    if (path[index] === "[") {
      const end = endOfBracket(path, index);
      parts.push(path.slice(index, end));
      index = end;
    } else if (index < path.length && path[index] !== ".") {
      const end = endOfName(path, index);
      parts.push(path.slice(index, end));
      index = end;
    } else if (parts.at(-1) === ".." && index >= path.length) break;
    else if (parts.at(-1) !== "..") {
      throw new EvaluationError(`invalid JSONPath selector '${path}' invalid token. token string is empty`);
    } else index++;
  }
  return parts;
}
