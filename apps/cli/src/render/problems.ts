import type { Problem } from "@capstan/manifest";
import type { Palette } from "./phase-style.ts";
import { printable, printableLine } from "./printable.ts";
import { cut } from "./text-width.ts";

const contextLines = 1;
const caretMargin = 8;

/**
 * Problems as a compiler shows them: place, message, path, and the lines of the file around it. `sourceOf` gives a file's text
 * where it is known.
 */
export function renderProblems(
  problems: readonly Problem[],
  sourceOf: (file: string) => string | undefined,
  palette: Palette,
  width: number,
): readonly string[] {
  return problems.flatMap((problem, index) => [
    ...(index === 0 ? [] : [""]),
    ...renderProblem(problem, sourceOf, palette, width),
  ]);
}

function renderProblem(
  problem: Problem,
  sourceOf: (file: string) => string | undefined,
  palette: Palette,
  width: number,
): readonly string[] {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(":");
  const kind = problem.severity === "error" ? palette.red("error") : palette.yellow("warning");
  const head = `${place === "" ? "" : `${palette.bold(place)} `}${kind}: ${printable(problem.message)}`;
  const path = problem.path === "" ? [] : [palette.dim(`  at ${printableLine(problem.path)}`)];
  const source = problem.file === undefined ? undefined : sourceOf(problem.file);
  const frame =
    source === undefined || problem.line === undefined
      ? []
      : codeFrame(source, problem.line, problem.column ?? 1, palette, width);
  return [head, ...path, ...frame];
}

/** The line in question with its neighbours, and a caret below the column. */
export function codeFrame(
  source: string,
  line: number,
  column: number,
  palette: Palette,
  width: number,
): readonly string[] {
  const lines = source.split("\n");
  const from = Math.max(1, line - contextLines);
  const to = Math.min(lines.length, line + contextLines);
  const gutter = String(to).length;
  const room = Math.max(20, width - gutter - 6);
  // A mistake far to the right is shown with what stands around it.
  const skipped = column <= room - caretMargin ? 0 : column - Math.ceil(room / 2);
  const frame: string[] = [];
  for (let number = from; number <= to; number++) {
    const mark = number === line ? palette.red(">") : " ";
    const shown = (lines[number - 1] ?? "").slice(skipped, skipped + room + 1).trimEnd();
    const text = cut(shown, room);
    frame.push(`${mark} ${palette.dim(`${String(number).padStart(gutter)} │`)} ${text}`.trimEnd());
    if (number === line)
      frame.push(`  ${palette.dim(`${" ".repeat(gutter)} │`)} ${" ".repeat(column - 1 - skipped)}${palette.red("^")}`);
  }
  return frame;
}

/** "2 errors, 1 warning in 3 files". */
export function problemSummary(problems: readonly Problem[], fileCount: number): string {
  const errors = problems.filter((problem) => problem.severity === "error").length;
  const warnings = problems.length - errors;
  const counted = [amount(errors, "error"), ...(warnings > 0 ? [amount(warnings, "warning")] : [])].join(", ");
  return `${counted} in ${amount(fileCount, "file")}`;
}

function amount(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
