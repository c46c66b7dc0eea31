import type { DagTask, RetryStrategy, Template, WorkflowBundle, WorkflowSpec, WorkflowStep } from "@capstan/core";
import { aWorkflow, type Random, type WorkflowBuilder } from "@capstan/testkit";

/** A workflow of a few dozen nodes at most, with everything that the machine has to keep in order. */
export function randomWorkflow(random: Random, name: string): WorkflowBundle {
  let builder = aWorkflow(name);
  builder = composite(random, builder, "main", 0).with(randomSpec(random));
  for (const [leaf, template] of leaves(random).map((one) => placed(random, one)))
    builder = builder.template(leaf, template);
  return builder.bundle();
}

function randomSpec(random: Random): WorkflowSpec {
  return {
    entrypoint: "main",
    ...(random.chance(0.3) && { parallelism: random.integer(1, 3) }),
    ...(random.chance(0.15) && { activeDeadlineSeconds: random.integer(5, 30) }),
    ...(random.chance(0.3) && { onExit: "leaf" }),
  };
}

function leaves(random: Random): readonly (readonly [string, Template])[] {
  const container = { image: "busybox", command: ["true"] };
  return [
    ["leaf", { container }],
    ["retried", { container, retryStrategy: randomRetry(random) }],
    ["generator", { container, outputs: { parameters: [{ name: "list", valueFrom: { path: "/tmp/list" } }] } }],
    [
      "item",
      {
        container: { ...container, args: ["{{inputs.parameters.value}}"] },
        inputs: { parameters: [{ name: "value" }] },
      },
    ],
    ["brief", { container, timeout: "2s" }],
    ["pause", { suspend: { duration: String(random.integer(1, 4)) } }],
    ["wait", { suspend: {} }],
  ];
}

/** Some templates choose where they run. */
function placed(random: Random, [name, template]: readonly [string, Template]): readonly [string, Template] {
  if (template.suspend !== undefined || !random.chance(0.3)) return [name, template];
  const annotations = random.pick<Record<string, string>>([
    { "capstan.dev/cluster": "east" },
    { "capstan.dev/selector": "zone in (a, b)" },
    { "capstan.dev/pool": "default", "capstan.dev/cluster": "east", "capstan.dev/selector": "!spot" },
  ]);
  return [name, { ...template, metadata: { annotations } }];
}

function randomRetry(random: Random): RetryStrategy {
  return {
    limit: random.integer(1, 3),
    ...(random.chance(0.5) && { retryPolicy: random.pick(["Always", "OnFailure", "OnError"]) }),
    ...(random.chance(0.5) && { backoff: { duration: String(random.integer(1, 2)), factor: 2 } }),
  };
}

/** Adds a steps or DAG template, and the composites that it calls. */
function composite(random: Random, builder: WorkflowBuilder, name: string, depth: number): WorkflowBuilder {
  const calls: { readonly name: string; readonly call: WorkflowStep }[] = [];
  let grown = builder;
  const count = random.integer(1, depth === 0 ? 6 : 3);
  for (let index = 0; index < count; index++) {
    const callName = `${name}-${index}`;
    const nested = depth < 2 && random.chance(0.25);
    if (nested) grown = composite(random, grown, `t-${callName}`, depth + 1);
    calls.push({ name: callName, call: randomCall(random, callName, nested ? `t-${callName}` : undefined) });
  }
  const more = { ...(random.chance(0.2) && { parallelism: random.integer(1, 2) }) };
  if (random.chance(0.5))
    return grown.steps(
      name,
      asSteps(
        random,
        calls.map(({ call }) => call),
      ),
      more,
    );
  const failFast = random.chance(0.3) ? { failFast: false } : {};
  return grown.template(name, {
    dag: {
      tasks: asTasks(
        random,
        calls.map(({ call }) => call),
      ),
      ...failFast,
    },
    ...more,
  });
}

function randomCall(random: Random, name: string, nested: string | undefined): WorkflowStep {
  const template =
    nested ??
    random.pick(["leaf", "leaf", "leaf", "retried", "retried", "item", "generator", "brief", "pause", "wait"]);
  const loop = template === "item" ? randomLoop(random) : {};
  return {
    name,
    template,
    ...loop,
    ...(random.chance(0.2) && { continueOn: { failed: true, error: random.chance(0.5) } }),
    ...(random.chance(0.1) && { when: random.pick(["1 == 1", "1 == 2"]) }),
    ...(random.chance(0.1) && { onExit: "leaf" }),
  };
}

function randomLoop(random: Random): Partial<WorkflowStep> {
  const value = { arguments: { parameters: [{ name: "value", value: "{{item}}" }] } };
  if (random.chance(0.4))
    return { ...value, withItems: Array.from({ length: random.integer(1, 5) }, (_, item) => item) };
  if (random.chance(0.5)) return { ...value, withSequence: { count: random.integer(0, 6) } };
  return { ...value, withParam: '["a","b","c"]' };
}

function asSteps(random: Random, calls: readonly WorkflowStep[]): readonly (readonly WorkflowStep[])[] {
  const groups: WorkflowStep[][] = [];
  for (const call of calls) {
    const last = groups.at(-1);
    if (last === undefined || random.chance(0.5)) groups.push([dependent(random, call, groups.flat(), "steps")]);
    else last.push(call);
  }
  return groups;
}

function asTasks(random: Random, calls: readonly WorkflowStep[]): readonly DagTask[] {
  return calls.map((call, index) => {
    const before = calls.slice(0, index).filter(() => random.chance(0.4));
    if (before.length === 0) return call;
    if (random.chance(0.3)) {
      const { continueOn: _, ...rest } = dependent(random, call, before, "tasks");
      const depends = before.map(({ name }) => `(${name}.Succeeded || ${name}.Failed || ${name}.Errored)`).join(" && ");
      // `continueOn` and `depends` exclude each other, also for the tasks it names.
      return before.some((one) => one.continueOn !== undefined) ? rest : { ...rest, depends };
    }
    return { ...dependent(random, call, before, "tasks"), dependencies: before.map(({ name }) => name) };
  });
}

/** Some calls look at what one before them gave. */
function dependent(random: Random, call: WorkflowStep, before: readonly WorkflowStep[], scope: string): WorkflowStep {
  const generator = before.find((one) => one.template === "generator");
  if (generator !== undefined && call.template === "item" && random.chance(0.7)) {
    const { withItems: _items, withSequence: _sequence, ...rest } = call;
    return { ...rest, withParam: `{{${scope}.${generator.name}.outputs.parameters.list}}` };
  }
  const leaf = before.find((one) => one.template === "leaf");
  if (leaf !== undefined && random.chance(0.3))
    return { ...call, when: `'{{${scope}.${leaf.name}.outputs.result}}' == yes` };
  return call;
}
