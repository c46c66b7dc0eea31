import type { DagTask, Sequence, Template, TemplateCall } from "../spec/template.ts";

/** How long a leaf template's task is expected to run, from past runs or from an annotation; undefined when unknown. */
export interface DurationEstimates {
  taskSeconds(template: Template, scope: string): number | undefined;
}

/** Finds the template of a call; undefined when there is none. The same template must be the same object each time. */
export type TemplateLookup = (
  call: TemplateCall,
  scope: string,
) => { readonly template: Template; readonly scope: string } | undefined;

export interface WorkEstimate {
  /** Length of the longest path. */
  readonly pathSeconds: number;
  /** All work, one after the other. */
  readonly workSeconds: number;
}

/** Says that a template is expected to run so many seconds. */
export const expectedSecondsAnnotation = "capstan.dev/expected-seconds";

/**
 * Estimates of the length and the work of templates, from the spec alone: a conditional step counts as if it ran, a loop
 * over a list that is not known yet as one turn, and a template that calls itself as one task. Each template is estimated once.
 */
export class WorkEstimates {
  readonly #lookup: TemplateLookup;
  readonly #durations: DurationEstimates;
  readonly #defaultSeconds: number;
  readonly #templates = new WeakMap<Template, TemplateWork>();

  constructor(lookup: TemplateLookup, durations: DurationEstimates, defaultSeconds: number) {
    this.#lookup = lookup;
    this.#durations = durations;
    this.#defaultSeconds = defaultSeconds;
  }

  /** The whole template. */
  of(template: Template, scope: string): WorkEstimate {
    return this.#work(template, scope).whole;
  }

  /**
   * What follows a step or task within its template once it has ended: the path and the work from there to the template's
   * end. Nothing for a name that the template does not have.
   */
  after(template: Template, scope: string, name: string): WorkEstimate {
    return this.#work(template, scope).after.get(name) ?? nothing;
  }

  #work(template: Template, scope: string): TemplateWork {
    const known = this.#templates.get(template);
    if (known !== undefined) return known;
    const one = { pathSeconds: this.#defaultSeconds, workSeconds: this.#defaultSeconds };
    // What asks for this template while it is being estimated is the template itself: a recursion.
    this.#templates.set(template, { whole: one, after: new Map() });
    const work = this.#estimate(template, scope);
    this.#templates.set(template, work);
    return work;
  }

  #estimate(template: Template, scope: string): TemplateWork {
    const estimateCall = (call: TemplateCall) => this.#call(call, scope);
    if (template.steps !== undefined) return estimateSteps(template.steps, estimateCall);
    if (template.dag !== undefined) return estimateDag(template.dag.tasks, estimateCall);
    const seconds =
      template.suspend !== undefined
        ? 0
        : (this.#durations.taskSeconds(template, scope) ?? annotatedSeconds(template) ?? this.#defaultSeconds);
    return { whole: { pathSeconds: seconds, workSeconds: seconds }, after: new Map() };
  }

  #call(call: TemplateCall, scope: string): WorkEstimate {
    const found = this.#lookup(call, scope);
    if (found === undefined) return nothing;
    const { pathSeconds, workSeconds } = this.of(found.template, found.scope);
    return { pathSeconds, workSeconds: workSeconds * turnsOf(call) };
  }
}

interface TemplateWork {
  readonly whole: WorkEstimate;
  readonly after: ReadonlyMap<string, WorkEstimate>;
}

const nothing: WorkEstimate = { pathSeconds: 0, workSeconds: 0 };

function annotatedSeconds(template: Template): number | undefined {
  const text = template.metadata?.annotations?.[expectedSecondsAnnotation];
  const seconds = Number(text);
  return text !== undefined && seconds >= 0 ? seconds : undefined;
}

function turnsOf(call: TemplateCall): number {
  if (call.withItems !== undefined && call.withItems.length > 0) return call.withItems.length;
  if (call.withSequence !== undefined) return sequenceLength(call.withSequence);
  return 1;
}

function sequenceLength({ start = 0, end, count }: Sequence): number {
  const length = end === undefined ? Number(count) : Math.abs(Number(end) - Number(start)) + 1;
  return Number.isFinite(length) && length >= 0 ? length : 1;
}

function estimateSteps(
  groups: readonly (readonly TemplateCall[])[],
  estimateCall: (call: TemplateCall) => WorkEstimate,
): TemplateWork {
  const after = new Map<string, WorkEstimate>();
  let rest = nothing;
  for (const group of groups.toReversed()) {
    let pathSeconds = 0;
    let workSeconds = 0;
    for (const step of group) {
      after.set(step.name, rest);
      const own = estimateCall(step);
      pathSeconds = Math.max(pathSeconds, own.pathSeconds);
      workSeconds += own.workSeconds;
    }
    rest = { pathSeconds: rest.pathSeconds + pathSeconds, workSeconds: rest.workSeconds + workSeconds };
  }
  return { whole: rest, after };
}

function estimateDag(tasks: readonly DagTask[], estimateCall: (call: TemplateCall) => WorkEstimate): TemplateWork {
  const own = new Map(tasks.map((task) => [task.name, estimateCall(task)]));
  const dependents = dependentsOf(tasks);
  const after = new Map<string, WorkEstimate>();
  const workSeconds = [...own.values()].reduce((sum, estimate) => sum + estimate.workSeconds, 0);
  let pathSeconds = 0;
  // Dependents first; what a cycle leaves over has no end and counts as if nothing followed it.
  for (const name of inOrderOfEnd(tasks, dependents)) {
    let path = 0;
    for (const next of dependents.get(name) ?? []) path = Math.max(path, pathFrom(next, own, after));
    after.set(name, { pathSeconds: path, workSeconds: 0 });
    pathSeconds = Math.max(pathSeconds, path + (own.get(name)?.pathSeconds ?? 0));
  }
  for (const [name, { pathSeconds: path }] of after) {
    after.set(name, { pathSeconds: path, workSeconds: workBelow(name, dependents, own) });
  }
  return { whole: { pathSeconds, workSeconds }, after };
}

function pathFrom(
  name: string,
  own: ReadonlyMap<string, WorkEstimate>,
  after: ReadonlyMap<string, WorkEstimate>,
): number {
  return (own.get(name)?.pathSeconds ?? 0) + (after.get(name)?.pathSeconds ?? 0);
}

function dependentsOf(tasks: readonly DagTask[]): ReadonlyMap<string, readonly string[]> {
  const names = new Set(tasks.map((task) => task.name));
  const dependents = new Map<string, string[]>(tasks.map((task) => [task.name, []]));
  for (const task of tasks) {
    // In `depends` every word before a dot or an operator is a task; results like "Succeeded" are not names of tasks here.
    const words = task.dependencies ?? task.depends?.match(/[A-Za-z0-9][-A-Za-z0-9_]*/g) ?? [];
    for (const word of new Set(words)) if (names.has(word) && word !== task.name) dependents.get(word)?.push(task.name);
  }
  return dependents;
}

/** The tasks with every dependent before what it depends on. */
function inOrderOfEnd(
  tasks: readonly DagTask[],
  dependents: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const order: string[] = [];
  const seen = new Set<string>();
  for (const { name } of tasks) {
    const open = [name];
    while (open.length > 0) {
      const top = open[open.length - 1] ?? "";
      const next = seen.has(top) ? undefined : dependents.get(top)?.filter((dependent) => !seen.has(dependent));
      if (!seen.has(top)) {
        seen.add(top);
        open.push(...(next ?? []));
        continue;
      }
      open.pop();
      order.push(top);
    }
  }
  return [...new Set(order)];
}

const workSearchMax = 2_000;

/** The work of all that follows a task; in a very wide graph of what is reached first. */
function workBelow(
  name: string,
  dependents: ReadonlyMap<string, readonly string[]>,
  own: ReadonlyMap<string, WorkEstimate>,
): number {
  const reached = new Set<string>(dependents.get(name));
  let work = 0;
  for (const next of reached) {
    work += own.get(next)?.workSeconds ?? 0;
    if (reached.size < workSearchMax) for (const further of dependents.get(next) ?? []) reached.add(further);
  }
  return work;
}
