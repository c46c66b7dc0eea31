import type { DagTask, Template, WorkflowBundle, WorkflowSpec, WorkflowStep } from "@capstan/core";

/** A workflow in the making: `aWorkflow("hello").container("main").bundle()`. Every call gives a new value. */
export class WorkflowBuilder {
  readonly #name: string;
  readonly #spec: WorkflowSpec;

  constructor(name: string, spec: WorkflowSpec = {}) {
    this.#name = name;
    this.#spec = spec;
  }

  /** Fields of the spec, over what is there. */
  with(spec: WorkflowSpec): WorkflowBuilder {
    return new WorkflowBuilder(this.#name, { ...this.#spec, ...spec });
  }

  /** Adds a template; the first one is the entrypoint unless another is named. */
  template(name: string, template: Template): WorkflowBuilder {
    return this.with({
      entrypoint: this.#spec.entrypoint ?? name,
      templates: [...(this.#spec.templates ?? []), { name, ...template }],
    });
  }

  container(name: string, more: Template = {}): WorkflowBuilder {
    return this.template(name, { container: { image: "busybox", command: ["true"] }, ...more });
  }

  dag(name: string, tasks: readonly DagTask[], more: Template = {}): WorkflowBuilder {
    return this.template(name, { dag: { tasks }, ...more });
  }

  steps(name: string, steps: readonly (readonly WorkflowStep[])[], more: Template = {}): WorkflowBuilder {
    return this.template(name, { steps, ...more });
  }

  suspend(name: string, duration?: string): WorkflowBuilder {
    return this.template(name, { suspend: duration === undefined ? {} : { duration } });
  }

  bundle(uid = `uid-${this.#name}`, namespace = "default"): WorkflowBundle {
    return {
      workflow: {
        apiVersion: "argoproj.io/v1alpha1",
        kind: "Workflow",
        metadata: { name: this.#name, namespace, uid },
        spec: this.#spec,
      },
      workflowTemplates: {},
      configMaps: {},
    };
  }
}

/** Begins a workflow of that name. */
export function aWorkflow(name: string): WorkflowBuilder {
  return new WorkflowBuilder(name);
}
