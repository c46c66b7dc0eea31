import type { Json } from "../json.ts";
import { fail, ok, type Result } from "../result.ts";
import { evaluateToText } from "../template/evaluate-expression.ts";
import type { MachineState } from "./state.ts";

interface Metadata {
  readonly labels: { readonly [name: string]: string };
  readonly annotations: { readonly [name: string]: string };
}

/** The labels and annotations that the spec's workflowMetadata gives to the workflow; labelsFrom are expressions. */
export function workflowMetadata(state: MachineState): Result<Metadata> {
  const metadata = state.spec.spec.workflowMetadata;
  const labels: { [name: string]: string } = {};
  for (const [name, value] of entries(metadata?.["labels"])) {
    if (!isLabelValue(String(value)))
      return fail(`invalid label value ${JSON.stringify(value)} for label ${JSON.stringify(name)}`);
    labels[name] = String(value);
  }
  for (const [name, source] of entries(metadata?.["labelsFrom"])) {
    const expression = new Map(entries(source)).get("expression");
    const value = evaluateToText(String(expression ?? ""), state.variables, state.evaluation);
    if (!value.ok) {
      return fail(
        `failed to evaluate label ${JSON.stringify(name)} expression ${JSON.stringify(expression)}: ${value.error}`,
      );
    }
    if (!isLabelValue(value.value)) {
      return fail(
        `invalid label value ${JSON.stringify(value.value)} for label ${JSON.stringify(name)} and expression ${JSON.stringify(expression)}`,
      );
    }
    labels[name] = value.value;
  }
  const annotations: { [name: string]: string } = {};
  for (const [name, value] of entries(metadata?.["annotations"])) annotations[name] = String(value);
  return ok({ labels, annotations });
}

function entries(value: Json | undefined): readonly (readonly [string, Json | undefined])[] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function isLabelValue(value: string): boolean {
  return value.length <= 63 && /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/.test(value);
}
