import type { Json, Result } from "@capstan/core";
import { limits } from "./limits.ts";
import { refuseLargeText } from "./parse-manifests.ts";
import type { Problem } from "./problem.ts";
import { compose } from "./text/compose.ts";
import { readDocument } from "./text/read-document.ts";

/** Reads one value of any kind, YAML or JSON, as Kubernetes' parser does: a JSON patch is a list, for example. */
export function parseValue(text: string): Result<Json> {
  const tooLarge = refuseLargeText(text.length);
  if (tooLarge !== undefined) return refused(tooLarge);
  const { documents, failure } = compose(text);
  if (failure !== undefined) return refused(failure.problem);
  const [document, ...others] = documents;
  if (document === undefined) return { ok: true, value: null };
  if (others.length > 0) return { ok: false, error: "The text must hold one YAML document." };
  const [syntax] = document.errors;
  if (syntax !== undefined) return { ok: false, error: `The text is not YAML: ${syntax.message}` };
  const { value, mistakes } = readDocument(document, { valuesLeft: limits.valuesMax });
  const [mistake] = mistakes;
  return mistake === undefined ? { ok: true, value } : refused(mistake.problem);
}

function refused({ message }: Problem): Result<Json> {
  return { ok: false, error: message };
}
