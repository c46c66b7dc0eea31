import { formatPath, type Path } from "./text/path.ts";

/** One mistake in a manifest: where it is and what to do about it. */
export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** As in `spec.templates[2].dag.tasks[0].template`; empty for the document itself. */
  readonly path: string;
  readonly severity: "error" | "warning";
}

export type ProblemCode =
  | "TEXT_TOO_LARGE"
  | "TOO_MANY"
  | "TOO_DEEP"
  | "SYNTAX"
  | "DUPLICATE_KEY"
  | "FORBIDDEN_KEY"
  | "NOT_A_MANIFEST"
  | "UNKNOWN_FIELD"
  | "WRONG_TYPE"
  | "DEPRECATED_FIELD"
  | "REQUIRED"
  | "INVALID_VALUE"
  | "INVALID_NAME"
  | "DUPLICATE_NAME"
  | "UNKNOWN_TEMPLATE"
  | "UNKNOWN_REFERENCE"
  | "TEMPLATE_TYPE"
  | "NOT_ACTED_ON"
  | "NOT_ALLOWED"
  | "CONFLICT"
  | "CYCLE"
  | "UNKNOWN_TASK"
  | "DEPENDS_SYNTAX"
  | "UNRESOLVED_VARIABLE"
  | "ENDLESS_TAG"
  | "MISSING_ARGUMENT"
  | "MISSING_VALUE"
  | "EXPRESSION"
  | "ENDLESS_RECURSION"
  | "SCHEDULE";

export function error(code: ProblemCode, path: Path, message: string): Problem {
  return { code, message, path: formatPath(path), severity: "error" };
}

export function warning(code: ProblemCode, path: Path, message: string): Problem {
  return { code, message, path: formatPath(path), severity: "warning" };
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === "error");
}

/** One line, as compilers print: `file:line:column: message (at path)`. */
export function formatProblem(problem: Problem): string {
  const position = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(":");
  const place = problem.path === "" ? "" : ` (at ${problem.path})`;
  return `${position === "" ? "" : `${position}: `}${problem.severity}: ${problem.message}${place}`;
}
