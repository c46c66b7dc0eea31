import { createCapstanClient } from "@capstan/client";

export interface Manifest {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
  readonly spec: object;
}

const finishWithinMs = 120_000;

/** What tests do behind the page's back: submit, and wait for an end. */
export class CapstanApi {
  readonly #client: ReturnType<typeof createCapstanClient>;

  constructor(url: string) {
    this.#client = createCapstanClient(url);
  }

  async submit(manifest: Manifest): Promise<void> {
    const workflow = { apiVersion: "argoproj.io/v1alpha1", kind: "Workflow", ...manifest };
    const params = { path: { namespace: "default" } };
    const answer = await this.#client.POST("/api/v1/workflows/{namespace}", { params, body: { workflow } });
    if (answer.error !== undefined) throw new Error(answer.error.message);
  }

  /** Stores a WorkflowTemplate. */
  async store(manifest: Manifest): Promise<void> {
    const template = { apiVersion: "argoproj.io/v1alpha1", kind: "WorkflowTemplate", ...manifest };
    const params = { path: { namespace: "default" } };
    const answer = await this.#client.POST("/api/v1/workflow-templates/{namespace}", {
      ...{ params, body: { template: { ...template, spec: { ...template.spec } } } },
    });
    if (answer.error !== undefined) throw new Error(answer.error.message);
  }

  /** Puts another WorkflowTemplate in the place of the one of that name. */
  async replace(manifest: Manifest): Promise<void> {
    const params = { path: { namespace: "default", name: manifest.metadata.name } };
    const path = "/api/v1/workflow-templates/{namespace}/{name}";
    const stored = await this.#client.GET(path, { params });
    const template = { ...stored.data, metadata: { ...stored.data?.metadata }, spec: { ...manifest.spec } };
    const answer = await this.#client.PUT(path, { params, body: { template } });
    if (answer.error !== undefined) throw new Error(answer.error.message);
  }

  async phaseOf(name: string): Promise<string> {
    const params = { path: { namespace: "default", name } };
    const answer = await this.#client.GET("/api/v1/workflows/{namespace}/{name}", { params });
    return answer.data?.status?.phase ?? "";
  }

  /** Resolves when the workflow is in that phase. */
  async until(name: string, phase: string): Promise<void> {
    const deadlineMs = Date.now() + finishWithinMs;
    let last = "";
    while (Date.now() < deadlineMs) {
      last = await this.phaseOf(name);
      if (last === phase) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${name} is ${last || "not there"}, not ${phase}, after ${finishWithinMs} ms`);
  }

  /** Ends it at once; resolves when it has. */
  async terminate(name: string): Promise<void> {
    const params = { path: { namespace: "default", name } };
    const answer = await this.#client.PUT("/api/v1/workflows/{namespace}/{name}/terminate", { params, body: {} });
    if (answer.error !== undefined) throw new Error(answer.error.message);
    await this.until(name, "Failed");
  }

  /** Submits and resolves when it has ended so. */
  async run(manifest: Manifest, phase: string): Promise<void> {
    await this.submit(manifest);
    await this.until(manifest.metadata.name, phase);
  }
}
