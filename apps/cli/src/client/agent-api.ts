import type { AgentStatus, WaitingPool } from "@capstan/core";
import type { ApiClient } from "./api-client.ts";

/** The agents of an installation, as the commands use them. */
export class AgentApi {
  readonly #client: ApiClient;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  async list(): Promise<readonly AgentStatus[]> {
    const { items } = await this.#client.get<{ readonly items: readonly AgentStatus[] }>("/api/v1/capstan/agents");
    return items;
  }

  async control(agentId: string, verb: "drain" | "uncordon"): Promise<void> {
    const path = agentId.split("/").map(encodeURIComponent).join("/");
    await this.#client.put(`/api/v1/capstan/agents/${path}/${verb}`);
  }

  /** Where a workflow's tasks wait, and who could take them. */
  async waiting(namespace: string, workflow: string): Promise<readonly WaitingPool[]> {
    const path = `/api/v1/capstan/workflows/${encodeURIComponent(namespace)}/${encodeURIComponent(workflow)}/waiting`;
    return (await this.#client.get<{ readonly pools: readonly WaitingPool[] }>(path)).pools;
  }
}
