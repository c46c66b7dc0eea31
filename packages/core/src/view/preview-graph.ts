import { planDag } from "../graph/dag-plan.ts";
import { type FoundTemplate, TemplateLibrary, type TemplateType, templateType } from "../machine/template-library.ts";
import type { LifecycleHook, Sequence, Template, TemplateCall } from "../spec/template.ts";
import type { WorkflowBundle } from "../spec/workflow.ts";
import type { NodeType } from "../status.ts";
import { isLoop } from "../template/expand-items.ts";
import { isList, parseExactJson } from "../template/go-json.ts";
import { type Vertex, viewLimits } from "./visible-graph.ts";

/**
 * What a workflow would run, drawn from its spec before anything runs: every call with what it calls, loops as one turn (with their number where
 * the spec says it), handlers after what they handle. A template that is inside itself is drawn once. In the order of `visibleGraph`.
 */
export function previewGraph(bundle: WorkflowBundle): readonly Vertex[] {
  return new Preview(bundle).draw();
}

/** Frames in frames beyond that nobody can read. */
const depthMax = 100;

/** Where a call stands. */
interface Place {
  readonly container: string | undefined;
  /** Where its template is looked for. */
  readonly scope: string;
  /** The templates that it is inside of. */
  readonly within: readonly Template[];
}

const kinds: { readonly [T in TemplateType]: NodeType } = {
  ...{ container: "Pod", containerSet: "Pod", script: "Pod", resource: "Pod", data: "Pod" },
  ...{ steps: "Steps", dag: "DAG", suspend: "Suspend", http: "HTTP", plugin: "Plugin" },
};

class Preview {
  readonly #vertices: Vertex[] = [];
  readonly #bundle: WorkflowBundle;
  readonly #library: TemplateLibrary;

  constructor(bundle: WorkflowBundle) {
    this.#bundle = bundle;
    this.#library = new TemplateLibrary(bundle, bundle.workflow.metadata.name ?? "");
  }

  draw(): readonly Vertex[] {
    const { metadata, spec } = this.#bundle.workflow;
    const place: Place = { container: undefined, scope: this.#library.localScope, within: [] };
    const name = metadata.name || metadata.generateName || "workflow";
    const call: TemplateCall = { name, ...(spec.entrypoint !== undefined && { template: spec.entrypoint }) };
    const id = this.#call(call, place, []);
    this.#handlers(name, spec, id, place);
    return this.#vertices;
  }

  /** Draws a call and all that it leads to; its vertex's id. */
  #call(call: TemplateCall, place: Place, after: readonly string[], hooked = false): string {
    const id = `${place.container ?? ""}/${call.name}`;
    if (this.#isFull()) return id;
    const vertex: Vertex = {
      ...{ id, kind: "Pod", name: call.name, phase: "Pending", after },
      ...(place.container !== undefined && { container: place.container }),
      ...(hooked && { hooked }),
      ...(call.when && { message: `only when ${call.when}` }),
    };
    const found = this.#library.find(call, place.scope);
    if (!isLoop(call)) this.#called(vertex, found.ok ? found.value : undefined, place.within);
    else {
      const turns = knownTurns(call);
      this.#add({ ...vertex, kind: "Loop", expanded: true, ...(turns !== undefined && { childCount: turns }) });
      const turn: Vertex = {
        ...{ id: `${id}/(item)`, container: id, kind: "Pod" },
        name: call.name,
        phase: "Pending",
        after: [],
      };
      this.#called(turn, found.ok ? found.value : undefined, place.within);
    }
    if (!hooked) this.#handlers(call.name, call, id, place);
    return id;
  }

  #called(vertex: Vertex, found: FoundTemplate | undefined, within: readonly Template[]): void {
    if (found === undefined) {
      // The name holds a tag, or the manifest is wrong, which others say.
      this.#add({ ...vertex, message: "its template is known when it starts" });
      return;
    }
    const { template, scope } = found;
    const type = templateType(template) ?? "container";
    const named: Vertex = {
      ...{ ...vertex, kind: kinds[type] },
      ...(template.name !== undefined && { templateName: template.name }),
      ...noteOf(vertex.message, template),
    };
    const children = (template.steps ?? template.dag?.tasks ?? template.containerSet?.containers)?.length;
    if (children === undefined) this.#add(named);
    else if (within.includes(template)) this.#add({ ...named, message: "and so on: it is inside itself" });
    else if (within.length >= depthMax) this.#add({ ...named, message: "and so on: it is too deep to be drawn" });
    else {
      this.#add({ ...named, childCount: children, expanded: true });
      this.#inside(template, { container: vertex.id, scope, within: [...within, template] });
    }
  }

  #inside(template: Template, place: Place): void {
    if (template.steps !== undefined) this.#steps(template.steps, place);
    else if (template.dag !== undefined) this.#dag(template, place);
    else for (const container of template.containerSet?.containers ?? []) this.#container(container, place);
  }

  #steps(groups: NonNullable<Template["steps"]>, place: Place): void {
    let before: string | undefined;
    for (const [index, group] of groups.entries()) {
      const id = `${place.container}/[${index}]`;
      this.#add({
        ...{ id, kind: "StepGroup", name: `[${index}]`, phase: "Pending", after: before === undefined ? [] : [before] },
        ...(place.container !== undefined && { container: place.container }),
        ...{ childCount: group.length, expanded: true },
      });
      for (const step of group) this.#call(step, { ...place, container: id }, []);
      before = id;
    }
  }

  #dag({ dag }: Template, place: Place): void {
    const plan = dag === undefined ? undefined : planDag(dag);
    if (plan?.ok !== true) return;
    const { tasks } = plan.value;
    for (const { task, dependencies, isWanted } of tasks) {
      const after = dependencies.map((index) => `${place.container}/${tasks[index]?.task.name}`);
      if (isWanted) this.#call(task, place, after);
    }
  }

  #container(
    { name = "", dependencies = [] }: { name?: string; dependencies?: readonly string[] },
    place: Place,
  ): void {
    const after = dependencies.map((dependency) => `${place.container}/${dependency}`);
    this.#add({
      ...{ id: `${place.container}/${name}`, kind: "Container", name, phase: "Pending", after },
      ...(place.container !== undefined && { container: place.container }),
    });
  }

  #handlers(
    name: string,
    { onExit, hooks = {} }: { readonly onExit?: string; readonly hooks?: { readonly [name: string]: LifecycleHook } },
    handledId: string,
    place: Place,
  ): void {
    const calls: TemplateCall[] = onExit ? [{ name: `${name}.onExit`, template: onExit }] : [];
    for (const [hook, { template, templateRef, expression }] of Object.entries(hooks)) {
      calls.push({
        name: `${name}.hooks.${hook}`,
        ...(template !== undefined && { template }),
        ...(templateRef !== undefined && { templateRef }),
        ...(expression !== undefined && { when: expression }),
      });
    }
    for (const call of calls) this.#call(call, place, [handledId], true);
  }

  #add(vertex: Vertex): void {
    if (!this.#isFull()) this.#vertices.push(vertex);
  }

  /** More than that nobody can look at: what is left out is not walked through either, since templates can double at every level. */
  #isFull(): boolean {
    return this.#vertices.length >= viewLimits.verticesMax;
  }
}

function noteOf(condition: string | undefined, { retryStrategy }: Template): { readonly message?: string } {
  const retries =
    retryStrategy === undefined ? undefined : `tried again when it fails, ${timesOf(retryStrategy.limit)}`;
  const notes = [condition, retries].filter((note) => note !== undefined);
  return notes.length === 0 ? {} : { message: notes.join("; ") };
}

function timesOf(limit: unknown): string {
  return limit === undefined ? "without limit" : `at most ${limit} times`;
}

/** How often a loop turns, where the spec alone says it. */
function knownTurns({ withItems, withParam, withSequence }: TemplateCall): number | undefined {
  if (withItems !== undefined && withItems.length > 0) return withItems.length;
  if (withParam) {
    const value = parseExactJson(withParam);
    return isList(value) ? value.length : undefined;
  }
  return withSequence === undefined ? undefined : turnsOf(withSequence);
}

function turnsOf({ start = 0, end, count }: Sequence): number | undefined {
  const turns = end === undefined ? Number(count) : Math.abs(Number(end) - Number(start)) + 1;
  return Number.isInteger(turns) && turns >= 0 ? turns : undefined;
}
