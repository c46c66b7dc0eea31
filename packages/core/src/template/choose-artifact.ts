import type { Variables } from "@capstan/expressions";
import { fail, ok, type Result } from "../result.ts";
import type { Artifact } from "../spec/arguments.ts";
import { evaluateToText } from "./evaluate-expression.ts";

/** Variables that know artifacts besides texts. */
export interface ArtifactVariables extends Variables {
  artifact(name: string): Artifact | undefined;
  artifactNames(): Iterable<string>;
}

const mark = "\u0001artifact:";

/**
 * The artifact that an expression (`fromExpression`) chooses. Such expressions choose between artifacts, they do not look
 * inside: to them an artifact is a text that nothing else can be, by which the chosen one is found again.
 */
export function chooseArtifact(expression: string, variables: ArtifactVariables): Result<Artifact> {
  const value = evaluateToText(expression, {
    get: (name) => (variables.artifact(name) === undefined ? variables.get(name) : mark + name),
    keys: () => new Set([...variables.keys(), ...variables.artifactNames()]),
  });
  if (!value.ok) return value;
  const chosen = value.value.startsWith(mark) ? variables.artifact(value.value.slice(mark.length)) : undefined;
  return chosen === undefined ? fail(`Variable {{${expression}}} is not an artifact`) : ok(chosen);
}
