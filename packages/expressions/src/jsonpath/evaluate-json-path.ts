import { Evaluation } from "../expr/evaluation.ts";
import type { ExprValue } from "../expr/value.ts";
import { fromJsonValue } from "../golang/unmarshal-json.ts";
import { capture, type Result } from "../result.ts";
import { queryJsonPath } from "./query.ts";

/** Queries a JSON value with a JSONPath in the dialect of Argo's jsonpath() function. */
export function evaluateJsonPath(document: unknown, path: string): Result<ExprValue> {
  return capture(() => queryJsonPath(fromJsonValue(document), path, new Evaluation({})));
}
