import { EvaluationError } from "../result.ts";

/** Makes an error that shows the place in the source, as expr-lang prints it. */
export function errorAt(source: string, at: number, message: string): EvaluationError {
  const runes = [...source];
  let line = 1;
  let lineStart = 0;
  const end = Math.min(at, runes.length);
  for (let index = 0; index < end; index++) {
    if (runes[index] !== "\n") continue;
    line++;
    lineStart = index + 1;
  }
  const newline = runes.indexOf("\n", lineStart);
  const text = runes.slice(lineStart, newline < 0 ? runes.length : newline).join("");
  const column = end - lineStart;
  const place = `${message} (${line}:${column + 1})`;
  if (text === "") return new EvaluationError(place);
  return new EvaluationError(`${place}\n | ${text.replaceAll("\t", " ")}\n | ${".".repeat(column)}^`);
}
