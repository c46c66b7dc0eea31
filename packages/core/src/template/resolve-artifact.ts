import { replaceTemplate, type Variables } from "@capstan/expressions";
import { fail, ok, type Result } from "../result.ts";
import type { Artifact } from "../spec/arguments.ts";
import { withSubPath } from "./artifact-location.ts";
import { evaluateToText } from "./evaluate-expression.ts";
import type { Scope } from "./scope.ts";

/** The artifact that another one's `from` or `fromExpression` refers to; undefined when it refers to none. */
export function resolveArtifact(artifact: Artifact, scope: Scope): Result<Artifact | undefined> {
  if (!artifact.from && !artifact.fromExpression) return ok(undefined);
  const source = artifact.fromExpression
    ? evaluateToArtifact(artifact.fromExpression, scope)
    : findArtifact(artifact.from ?? "", scope);
  if (!source.ok || !artifact.subPath) return source;
  return below(source.value, artifact.subPath, scope);
}

/** The name that a reference holds: without braces and blanks around it. */
export function referenceName(reference: string): string {
  return reference.replace(/^\{\{/, "").replace(/\}\}$/, "").trim();
}

function findArtifact(reference: string, scope: Scope): Result<Artifact> {
  const name = referenceName(reference);
  if (name.startsWith("=")) return evaluateToArtifact(name.slice(1), scope);
  const found = scope.artifact(name);
  if (found !== undefined) return ok(found);
  if (scope.local(name) !== undefined) return fail(`Variable ${reference} is not an artifact`);
  return fail(`Unable to resolve: ${JSON.stringify(name)}`);
}

const markStart = "\u0001artifact:";

/**
 * Expressions choose between artifacts, they do not look inside: to them an artifact is a text that nothing else can be,
 * by which the chosen one is found again.
 */
function evaluateToArtifact(expression: string, scope: Scope): Result<Artifact> {
  const variables: Variables = {
    get: (name) => (scope.artifact(name) === undefined ? scope.local(name) : markStart + name),
    keys: () => new Set([...scope.localKeys(), ...scope.artifactKeys()]),
  };
  const value = evaluateToText(expression, variables, scope.evaluation);
  if (!value.ok) return value;
  const chosen = value.value.startsWith(markStart) ? scope.artifact(value.value.slice(markStart.length)) : undefined;
  return chosen === undefined ? fail(`Variable {{${expression}}} is not an artifact`) : ok(chosen);
}

function below(artifact: Artifact, subPath: string, scope: Scope): Result<Artifact> {
  const replaced = replaceTemplate(JSON.stringify(subPath), scope.locals, {
    allowUnresolved: true,
    ...scope.evaluation,
  });
  if (!replaced.ok) return replaced;
  const path: string = JSON.parse(replaced.value);
  const located = withSubPath(artifact, path);
  return !located.ok && artifact.optional === true ? ok(artifact) : located;
}
