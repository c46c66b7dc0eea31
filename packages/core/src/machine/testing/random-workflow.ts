import fc from "fast-check";
import type { DagTask, Template, TemplateCall, WorkflowStep } from "../../spec/template.ts";
import type { WorkflowBundle, WorkflowSpec } from "../../spec/workflow.ts";

const leafNames = ["plain", "retried", "waiting", "scripted"] as const;

const leaves: readonly Template[] = [
  {
    name: "plain",
    inputs: { parameters: [{ name: "text", default: "none" }] },
    container: { image: "any", args: ["{{inputs.parameters.text}}"] },
  },
  {
    name: "retried",
    retryStrategy: { limit: 1, retryPolicy: "Always" },
    container: { image: "any", args: ["{{retries}}"] },
  },
  {
    name: "waiting",
    retryStrategy: { limit: "2", backoff: { duration: "10", factor: 2 } },
    container: { image: "any", args: ["{{lastRetry.status}} {{workflow.duration}}"] },
  },
  { name: "scripted", timeout: "1h", script: { image: "any", source: "echo {{workflow.name}} {{workflow.status}}" } },
];

/** Workflows of nested steps and DAGs with loops, conditions, hooks, retries and limits. Every call refers to templates made earlier, so that all end. */
export function randomWorkflow(): fc.Arbitrary<WorkflowBundle> {
  return fc
    .tuple(
      fc.array(fc.tuple(fc.boolean(), fc.array(callShape(), { minLength: 1, maxLength: 5 }), limits()), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.record({
        parallelism: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
        hasExit: fc.boolean(),
        hasHook: fc.boolean(),
      }),
    )
    .map(([composites, whole]) => bundleOf(composites, whole));
}

interface CallShape {
  readonly target: number;
  readonly loop: number;
  readonly condition: "none" | "true" | "false" | "item";
  readonly continueOn: boolean;
  readonly hook: "none" | "exit" | "onExit" | "running";
  readonly dependencies: readonly number[];
  readonly depends: boolean;
}

function callShape(): fc.Arbitrary<CallShape> {
  return fc.record({
    target: fc.nat({ max: 30 }),
    loop: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) }),
    condition: fc.oneof(
      { weight: 6, arbitrary: fc.constant("none" as const) },
      { weight: 1, arbitrary: fc.constantFrom("true" as const, "false" as const, "item" as const) },
    ),
    continueOn: fc.boolean(),
    hook: fc.oneof(
      { weight: 6, arbitrary: fc.constant("none" as const) },
      { weight: 1, arbitrary: fc.constantFrom("exit" as const, "onExit" as const, "running" as const) },
    ),
    dependencies: fc.array(fc.nat({ max: 4 }), { maxLength: 3 }),
    depends: fc.boolean(),
  });
}

interface Limits {
  readonly parallelism: number | undefined;
  readonly failFast: boolean;
  readonly dagFailFast: boolean;
  readonly retried: boolean;
}

function limits(): fc.Arbitrary<Limits> {
  const seldom = fc.integer({ min: 0, max: 4 }).map((number) => number === 0);
  return fc.record({
    parallelism: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined, freq: 1 }),
    failFast: seldom,
    dagFailFast: fc.boolean(),
    retried: seldom,
  });
}

type Composite = readonly [isDag: boolean, calls: readonly CallShape[], limits: Limits];

function bundleOf(
  composites: readonly Composite[],
  whole: { readonly parallelism: number | undefined; readonly hasExit: boolean; readonly hasHook: boolean },
): WorkflowBundle {
  const templates: Template[] = [...leaves];
  composites.forEach((composite, index) => {
    const callable = [...leafNames, ...composites.slice(0, index).map((_, earlier) => `composite${earlier}`)];
    templates.push(compositeTemplate(`composite${index}`, composite, callable));
  });
  const spec: WorkflowSpec = {
    entrypoint: `composite${composites.length - 1}`,
    templates,
    ...(whole.parallelism !== undefined && { parallelism: whole.parallelism }),
    ...(whole.hasExit && { onExit: "plain" }),
    ...(whole.hasHook && { hooks: { running: { template: "plain", expression: 'workflow.status == "Running"' } } }),
  };
  return {
    workflow: {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Workflow",
      metadata: { name: "random", namespace: "default" },
      spec,
    },
    workflowTemplates: {},
    configMaps: {},
  };
}

function compositeTemplate(name: string, [isDag, shapes, limit]: Composite, callable: readonly string[]): Template {
  const calls = shapes.map((shape, index) => templateCall(`c${index}`, shape, callable, isDag ? "tasks" : "steps"));
  const common = {
    name,
    ...(limit.parallelism !== undefined && { parallelism: limit.parallelism }),
    ...(limit.failFast && { failFast: true }),
    ...(limit.retried && { retryStrategy: { limit: 1 } }),
  };
  if (isDag) {
    const tasks = calls.map((call, index) => dagTask(call, index, shapes[index]));
    return { ...common, dag: { tasks, failFast: limit.dagFailFast } };
  }
  const steps: WorkflowStep[][] = [];
  calls.forEach((call, index) => {
    const group = steps.at(-1);
    if (group === undefined || (shapes[index]?.dependencies.length ?? 0) % 2 === 0) steps.push([call]);
    else group.push(call);
  });
  return { ...common, steps };
}

function dagTask(call: TemplateCall, index: number, shape: CallShape | undefined): DagTask {
  const names = [
    ...new Set(shape?.dependencies.filter((dependency) => dependency < index).map((dependency) => `c${dependency}`)),
  ];
  if (names.length === 0) return call;
  if (shape?.depends !== true) return { ...call, dependencies: names };
  // `depends` and continueOn exclude each other.
  const { continueOn: _continueOn, ...rest } = call;
  return {
    ...rest,
    depends: names.map((task, at) => (at % 2 === 0 ? `(${task} || ${task}.Failed)` : task)).join(" && "),
  };
}

function templateCall(
  name: string,
  shape: CallShape,
  callable: readonly string[],
  prefix: "steps" | "tasks",
): TemplateCall {
  const items = Array.from({ length: shape.loop }, (_, index) => `item${index}`);
  const when = {
    none: undefined,
    true: "1 == 1",
    false: "1 == 2",
    item: items.length > 0 ? "{{item}} != item1" : "1 == 1",
  }[shape.condition];
  const template = callable[shape.target % callable.length] ?? "plain";
  return {
    name,
    template,
    ...(template === "plain" && {
      arguments: { parameters: [{ name: "text", value: items.length > 0 ? "{{item}}" : "{{workflow.duration}}" }] },
    }),
    ...(items.length > 0 && { withItems: items }),
    ...(when !== undefined && { when }),
    ...(shape.continueOn && { continueOn: { failed: true } }),
    ...hooksOf(name, shape, prefix),
  };
}

function hooksOf(name: string, shape: CallShape, prefix: "steps" | "tasks"): Partial<TemplateCall> {
  switch (shape.hook) {
    case "exit":
      return { hooks: { exit: { template: "plain" } } };
    case "onExit":
      return { onExit: "plain" };
    case "running":
      return shape.loop > 0
        ? {}
        : { hooks: { running: { template: "plain", expression: `${prefix}.${name}.status == "Running"` } } };
    default:
      return {};
  }
}
