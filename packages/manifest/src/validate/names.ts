import { error, type Problem } from "../problem.ts";
import type { Path } from "../text/path.ts";
import { isDynamicName } from "./tags.ts";

const parameterName = /^[-a-zA-Z0-9_]+$/;
const fieldName = /^[a-zA-Z0-9][-a-zA-Z0-9]*$/;
const fieldNameMax = 128;

interface Named {
  readonly name?: string | undefined;
}

/** Names of parameters and artifacts must be there, be valid and be unique. */
export function checkParameterNames(items: readonly Named[] | undefined, path: Path, problems: Problem[]): void {
  checkNames(items, path, problems, (name) =>
    parameterName.test(name) ? undefined : "may have only letters, digits, '_' and '-'",
  );
}

/** Names of templates, steps and tasks must be there, be valid and be unique. */
export function checkFieldNames(items: readonly Named[] | undefined, path: Path, problems: Problem[]): void {
  checkNames(items, path, problems, fieldNameMistake);
}

/** What is wrong with the name of a template, a step or a task; a tag in it counts as a letter. */
export function fieldNameMistake(name: string): string | undefined {
  if (name.length > fieldNameMax && !name.includes("{{")) return `may have at most ${fieldNameMax} characters`;
  const skeleton = name.replace(/\{\{[^}]*\}\}/g, "x");
  return fieldName.test(skeleton)
    ? undefined
    : "may have only letters, digits and '-', and must start with a letter or digit";
}

function checkNames(
  items: readonly Named[] | undefined,
  path: Path,
  problems: Problem[],
  mistakeOf: (name: string) => string | undefined,
): void {
  const seen = new Set<string>();
  (items ?? []).forEach((item, index) => {
    const here = [...path, index, "name"];
    const name = item?.name ?? "";
    if (name === "") {
      problems.push(error("REQUIRED", [...path, index], "A name is required."));
      return;
    }
    const mistake = mistakeOf(name);
    if (mistake !== undefined)
      problems.push(error("INVALID_NAME", here, `The name ${JSON.stringify(name)} ${mistake}.`));
    if (seen.has(name)) {
      problems.push(
        error("DUPLICATE_NAME", here, `The name ${JSON.stringify(name)} is used twice: rename one of the two.`),
      );
    }
    seen.add(name);
  });
}

/** A global name must be a valid parameter name, unless a tag makes it. */
export function checkGlobalName(name: string | undefined, path: Path, problems: Problem[]): void {
  if (name === undefined || name === "" || isDynamicName(name) || parameterName.test(name)) return;
  const message = `The globalName ${JSON.stringify(name)} may have only letters, digits, '_' and '-'.`;
  problems.push(error("INVALID_NAME", [...path, "globalName"], message));
}
