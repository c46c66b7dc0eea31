import type { WorkflowApi } from "../client/workflow-api.ts";
import { defaultServerUrl } from "./command-context.ts";

/** What to type in another terminal so that a suspended workflow goes on. */
export function resumeCommand(api: WorkflowApi, name: string): string {
  const server = api.serverUrl === defaultServerUrl ? "" : ` --server ${api.serverUrl}`;
  const namespace = api.namespace === "default" ? "" : ` --namespace ${api.namespace}`;
  return `capstan resume ${name}${server}${namespace}`;
}
