import { limits } from "../limits.ts";
import { EvaluationError } from "../result.ts";
import type { PathStep, TemplateNode } from "./path-node.ts";
import { readPath } from "./read-path.ts";

/** Parses a template: texts, and paths in braces, of which `{range …}` repeats what follows it up to `{end}`. */
export function parseTemplate(source: string): readonly TemplateNode[] {
  if (source.length > limits.sourceLengthMax)
    throw new EvaluationError(`the JSONPath is longer than ${limits.sourceLengthMax} characters`);
  const open: OpenRange[] = [];
  let nodes: TemplateNode[] = [];
  for (let at = 0; at < source.length; ) {
    const brace = source.indexOf("{", at);
    if (brace !== at) {
      const end = brace < 0 ? source.length : brace;
      nodes.push({ kind: "text", text: source.slice(at, end) });
      at = end;
      continue;
    }
    const action = readPath(source, brace + 1);
    at = action.end;
    if (action.keyword === "range") {
      open.push({ steps: action.steps, outer: nodes });
      nodes = [];
    } else if (action.keyword === "end") {
      const range = open.pop();
      if (range === undefined) throw new EvaluationError("not in range, nothing to end");
      nodes = closed(range, nodes);
    } else nodes.push({ kind: "path", steps: action.steps });
  }
  // As in kubectl, what nobody ended goes on to the template's end.
  for (const range of open.reverse()) nodes = closed(range, nodes);
  return nodes;
}

interface OpenRange {
  readonly steps: readonly PathStep[];
  readonly outer: TemplateNode[];
}

function closed({ steps, outer }: OpenRange, body: readonly TemplateNode[]): TemplateNode[] {
  outer.push({ kind: "range", steps, body });
  return outer;
}
