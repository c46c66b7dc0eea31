import { isObject, type Json } from "@capstan/core";
import { listOr, objectOr, textOr } from "../json-value.ts";
import { error, type Problem } from "../problem.ts";
import type { Path } from "../text/path.ts";

const metricName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Checks Prometheus metrics of a template or a workflow: names, labels, help and values. */
export function checkMetrics(metrics: unknown, path: Path): Problem[] {
  return listOr(objectOr(metrics)["prometheus"]).flatMap((metric, index) => {
    return isObject(metric) ? checkMetric(metric, [...path, "prometheus", index]) : [];
  });
}

function checkMetric(metric: { readonly [field: string]: Json | undefined }, path: Path): Problem[] {
  const problems: Problem[] = [];
  const name = textOr(metric["name"]);
  if (!metricName.test(name)) {
    const message = `The metric's name ${JSON.stringify(name)} may have only letters, digits and '_'.`;
    problems.push(error("INVALID_NAME", [...path, "name"], message));
  }
  listOr(metric["labels"]).forEach((label, index) => {
    const key = textOr(objectOr(label)["key"]);
    if (metricName.test(key)) return;
    const message = `The label's key ${JSON.stringify(key)} may have only letters, digits and '_'.`;
    problems.push(error("INVALID_NAME", [...path, "labels", index, "key"], message));
  });
  if (textOr(metric["help"]) === "")
    problems.push(error("REQUIRED", path, `The metric ${JSON.stringify(name)} needs a help text.`));
  for (const type of ["gauge", "counter", "histogram"] as const) {
    const kind = metric[type];
    if (!isObject(kind)) continue;
    const value = textOr(kind["value"]);
    if (value === "") problems.push(error("REQUIRED", [...path, type], `The ${type} needs a value.`));
    if (type === "gauge" && kind["realtime"] === true && value.includes("resourcesDuration.")) {
      const message = "resourcesDuration is known at the end only: a realtime gauge cannot use it.";
      problems.push(error("NOT_ALLOWED", [...path, type, "value"], message));
    }
  }
  return problems;
}
