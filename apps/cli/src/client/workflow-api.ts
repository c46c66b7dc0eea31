import type { JsonObject, NodeStatus, Workflow, WorkflowHeader } from "@capstan/core";
import type { ApiClient, Query } from "./api-client.ts";

/** One event of `…/changes`; the server's ChangeEvent. */
export interface ChangeEvent {
  readonly type: "snapshot" | "change";
  readonly metadata?: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly header?: WorkflowHeader;
  readonly nodes: readonly NodeStatus[];
  readonly removedNodeIds: readonly string[];
  readonly deleted: boolean;
  readonly more?: boolean;
  readonly error?: { readonly message: string };
}

export interface WorkflowList {
  readonly metadata: { readonly continue?: string };
  readonly items: readonly Workflow[];
}

export interface LogLine {
  readonly content: string;
  readonly podName: string;
}

/** The workflows of one namespace, as the commands use them. */
export class WorkflowApi {
  readonly #client: ApiClient;
  readonly namespace: string;

  constructor(client: ApiClient, namespace: string) {
    this.#client = client;
    this.namespace = namespace;
  }

  get serverUrl(): string {
    return this.#client.baseUrl;
  }

  create(workflow: JsonObject, serverDryRun = false): Promise<Workflow> {
    return this.#client.post(this.#path(), { workflow, ...(serverDryRun && { serverDryRun }) });
  }

  submitFrom(resourceKind: string, resourceName: string, submitOptions: JsonObject): Promise<Workflow> {
    return this.#client.post(`${this.#path()}/submit`, { resourceKind, resourceName, submitOptions });
  }

  get(name: string, fields?: string): Promise<Workflow> {
    return this.#client.get(this.#path(name), { fields });
  }

  list(query: Query, allNamespaces: boolean): Promise<WorkflowList> {
    return this.#client.get(allNamespaces ? "/api/v1/workflows/" : this.#path(), query);
  }

  control(name: string, verb: string, body: JsonObject = {}): Promise<Workflow> {
    return this.#client.put(`${this.#path(name)}/${verb}`, body);
  }

  delete(name: string): Promise<unknown> {
    return this.#client.delete(this.#path(name));
  }

  changes(name: string, signal: AbortSignal): AsyncGenerator<ChangeEvent> {
    const path = `/api/v1/capstan/workflows/${encodeURIComponent(this.namespace)}/${encodeURIComponent(name)}/changes`;
    return this.#client.stream(path, {}, signal);
  }

  async *logs(name: string, query: Query, signal: AbortSignal): AsyncGenerator<LogLine> {
    type Frame = { readonly result?: LogLine; readonly error?: { readonly message: string } };
    for await (const frame of this.#client.stream<Frame>(`${this.#path(name)}/log`, query, signal)) {
      if (frame.error !== undefined) throw new Error(frame.error.message);
      if (frame.result !== undefined) yield frame.result;
    }
  }

  #path(name?: string): string {
    const collection = `/api/v1/workflows/${encodeURIComponent(this.namespace)}`;
    return name === undefined ? collection : `${collection}/${encodeURIComponent(name)}`;
  }
}
