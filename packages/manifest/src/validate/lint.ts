import type { DagTask, Template, WorkflowBundle, WorkflowStep } from "@capstan/core";
import { callsOf } from "../bundle/references.ts";
import { type Problem, warning } from "../problem.ts";

/** What is allowed but most likely a mistake. */
export function lintWorkflow(bundle: WorkflowBundle): Problem[] {
  return endlessRecursions(bundle);
}

// A template that always calls itself ends only at the depth limit of the run.
function endlessRecursions(bundle: WorkflowBundle): Problem[] {
  const templates = new Map<string, { readonly template: Template; readonly index: number }>();
  (bundle.workflow.spec.templates ?? []).forEach((template, index) => {
    if (template.name !== undefined) templates.set(template.name, { template, index });
  });
  const problems: Problem[] = [];
  const done = new Set<string>();
  for (const [name, { index }] of templates) {
    const cycle = unconditionalCycle(name, templates, done);
    if (cycle === undefined) continue;
    const message = `This template calls itself for ever (${cycle.join(" -> ")}): give one of the calls a \`when\`.`;
    problems.push(warning("ENDLESS_RECURSION", ["spec", "templates", index], message));
  }
  return problems;
}

function unconditionalCycle(
  start: string,
  templates: ReadonlyMap<string, { readonly template: Template }>,
  done: Set<string>,
): string[] | undefined {
  if (done.has(start)) return undefined;
  const frames: { readonly name: string; readonly callees: readonly string[]; next: number }[] = [];
  const onWay = new Set<string>();
  const enter = (name: string) => {
    onWay.add(name);
    frames.push({ name, callees: unconditionalCallees(templates.get(name)?.template), next: 0 });
  };
  enter(start);
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const callee = frame.callees[frame.next];
    frame.next += 1;
    if (callee === undefined) {
      done.add(frame.name);
      onWay.delete(frame.name);
      frames.pop();
    } else if (onWay.has(callee)) {
      const way = frames.map(({ name }) => name);
      for (const name of way) done.add(name);
      return [...way.slice(way.indexOf(callee)), callee];
    } else if (!done.has(callee) && templates.has(callee)) enter(callee);
  }
  return undefined;
}

function unconditionalCallees(template: Template | undefined): string[] {
  if (template === undefined) return [];
  return callsOf(template)
    .filter((call) => !isConditional(call))
    .flatMap((call) => (call.template === undefined ? unconditionalCallees(call.inline) : [call.template]));
}

// A loop may have no items, and a condition on results may never hold.
function isConditional(call: WorkflowStep | DagTask): boolean {
  if (call.when || call.withParam || call.withSequence !== undefined) return true;
  return "depends" in call && Boolean(call.depends);
}
