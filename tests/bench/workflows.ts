/** The workflows that the benchmarks run; their containers do nothing. */
const nothing = { name: "nothing", container: { image: "busybox", command: ["true"] } };

function workflow(prefix: string, templates: readonly object[]): object {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { generateName: `${prefix}-` },
    spec: { entrypoint: "main", templates: [...templates, nothing] },
  };
}

export function helloWorkflow(): object {
  return workflow("hello", [{ name: "main", container: nothing.container }]);
}

/** One step that runs `tasks` tasks side by side. */
export function fanOutWorkflow(tasks: number): object {
  const step = { name: "task", template: "nothing", withSequence: { count: String(tasks) } };
  return workflow("fan-out", [{ name: "main", steps: [[step]] }]);
}

/** `steps` tasks, one after another. */
export function chainWorkflow(steps: number): object {
  const groups = Array.from({ length: steps }, (_, index) => [{ name: `step-${index}`, template: "nothing" }]);
  return workflow("chain", [{ name: "main", steps: groups }]);
}
