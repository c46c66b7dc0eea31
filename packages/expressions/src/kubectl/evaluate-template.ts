import { formatFloat, formatFloatPlain } from "../golang/format-float.ts";
import { marshalJson } from "../golang/marshal-json.ts";
import { fromJsonValue } from "../golang/unmarshal-json.ts";
import { limits } from "../limits.ts";
import { capture, EvaluationError, type Result } from "../result.ts";
import { findValues, StepBudget } from "./find-values.ts";
import { parseTemplate } from "./parse-template.ts";
import type { TemplateNode } from "./path-node.ts";

/** Prints what `kubectl get -o jsonpath=TEMPLATE` prints of an object; what is missing prints nothing. */
export function evaluateKubectlPath(document: unknown, template: string): Result<string> {
  return capture(() => {
    const printer = new Printer();
    printer.printAll(parseTemplate(template), document);
    return printer.text;
  });
}

class Printer {
  readonly #budget = new StepBudget();
  readonly #pieces: string[] = [];
  #length = 0;

  get text(): string {
    return this.#pieces.join("");
  }

  printAll(nodes: readonly TemplateNode[], current: unknown): void {
    for (const node of nodes) {
      if (node.kind === "text") this.#write(node.text);
      else if (node.kind === "path") this.#write(findValues(node.steps, current, this.#budget).map(printed).join(" "));
      else for (const value of findValues(node.steps, current, this.#budget)) this.printAll(node.body, value);
    }
  }

  #write(text: string): void {
    this.#budget.spend(1);
    this.#length += text.length;
    if (this.#length > limits.stringLengthMax) throw new EvaluationError("the JSONPath prints too much");
    this.#pieces.push(text);
  }
}

function printed(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return Number.isInteger(value) ? formatFloatPlain(value) : formatFloat(value);
  if (typeof value === "object" && value !== null) return marshalJson(fromJsonValue(value));
  return value === null || value === undefined ? "" : String(value);
}
