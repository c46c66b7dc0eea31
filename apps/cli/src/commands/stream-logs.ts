import type { Query } from "../client/api-client.ts";
import type { WorkflowApi } from "../client/workflow-api.ts";

/** Prints log lines with their pod's name before each, as they come. */
export async function streamLogs(
  api: WorkflowApi,
  name: string,
  query: Query,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for await (const line of api.logs(name, query, signal)) say(`${line.podName}: ${line.content}`);
}
