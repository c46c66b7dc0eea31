import { type JsonObject, objectAt, type Result, type Task, textAt } from "@capstan/core";

/**
 * The API user that a task acts as: the ServiceAccount that its Pod would have had, so that a template may what its account may and
 * nothing that only the agent may.
 */
export function actingUser(task: Task): Result<string> {
  const template = task.template as JsonObject;
  const account =
    executorOf(template) ??
    executorOf(task.podDefaults) ??
    accountOf(template) ??
    accountOf(task.podDefaults) ??
    "default";
  if (!/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(account))
    return { ok: false, error: `"${account}" is no name of a ServiceAccount` };
  return { ok: true, value: `system:serviceaccount:${task.namespace}:${account}` };
}

function executorOf(holder: JsonObject): string | undefined {
  return accountOf(objectAt(holder, "executor"));
}

function accountOf(holder: JsonObject | undefined): string | undefined {
  return textAt(holder, "serviceAccountName");
}
