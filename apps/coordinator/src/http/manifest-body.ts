import type { Json, JsonObject } from "@capstan/core";
import { decodeText, type ParsedDocument, type Problem, parseManifests, withPositions } from "@capstan/manifest";
import { ApiError } from "./api-error.ts";
import { limits } from "./limits.ts";

/** A body that came as YAML: its one document, which knows its lines. */
export class YamlBody {
  readonly document: ParsedDocument;

  constructor(document: ParsedDocument) {
    this.document = document;
  }
}

/** Reads a request's body: YAML when it says so, JSON otherwise. Throws InvalidArgument. */
export function parseBody(bytes: Uint8Array, contentType: string): unknown {
  const decoded = decodeText(bytes);
  if (!decoded.ok) return refuseProblems([decoded.error]);
  const text = decoded.value;
  if (text.trim() === "") return undefined;
  if (!contentType.includes("yaml")) return parseJson(text);
  if (bytes.length > limits.yamlBytesMax) {
    const most = `${limits.yamlBytesMax / 1024 / 1024} MiB`;
    throw new ApiError(
      "InvalidArgument",
      `the body has more than ${most} of YAML: send it as JSON, which is read faster`,
    );
  }
  const { documents, problems } = parseManifests(text);
  refuseProblems(problems);
  const [document, ...rest] = documents;
  if (document === undefined || rest.length > 0) {
    throw new ApiError("InvalidArgument", `the body must be one YAML document, but it has ${documents.length}`);
  }
  return new YamlBody(document);
}

/**
 * The fields of a request's body. A manifest may stand alone, without the field that Argo's API wraps it in, so that
 * `curl --data-binary @workflow.yaml -H 'content-type: application/yaml'` works.
 */
export function manifestOfBody(body: unknown, field: string): unknown {
  const value = body instanceof YamlBody ? body.document.object : body;
  const isBare = typeof value === "object" && value !== null && "kind" in value && !(field in value);
  return isBare ? { [field]: value } : value;
}

/** The document that a body's manifest was read from; undefined when it was JSON or stood below a field. */
export function documentOfBody(body: unknown): ParsedDocument | undefined {
  return body instanceof YamlBody && "kind" in body.document.object ? body.document : undefined;
}

/** Throws InvalidArgument with all problems when there is an error among them; the document tells their lines. */
export function refuseProblems(found: readonly Problem[], document?: ParsedDocument): void {
  const problems = document === undefined ? found : withPositions(found, document);
  const errors = problems.filter((problem) => problem.severity === "error");
  const [first] = errors;
  if (first === undefined) return;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  const place = first.path === "" ? "" : `${first.path}: `;
  throw new ApiError("InvalidArgument", `${place}${first.message}${more}`, problems.map(problemJson));
}

function problemJson(problem: Problem): JsonObject {
  return Object.fromEntries(Object.entries(problem).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, function refusePrototype(this: unknown, key: string, value: unknown) {
      if (key === "__proto__") throw new SyntaxError('a key may not be "__proto__"');
      return value;
    });
  } catch (error) {
    if (error instanceof RangeError) throw new ApiError("InvalidArgument", "the body is nested too deeply");
    throw new ApiError("InvalidArgument", `the body is not JSON: ${(error as Error).message}`);
  }
}
