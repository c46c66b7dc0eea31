import { type NodeStatus, parseTimestamp, type Workflow, type WorkflowHeader } from "@capstan/core";

/** The nodes of a Workflow object as the renderers take them. */
export function nodesOfWorkflow(workflow: Workflow): readonly NodeStatus[] {
  return Object.values(workflow.status?.nodes ?? {}).map((object) => {
    const { startedAt, finishedAt, ...fields } = object;
    const startedAtMs = timeOf(startedAt);
    const finishedAtMs = timeOf(finishedAt);
    return {
      ...(fields as unknown as NodeStatus),
      ...(startedAtMs !== undefined && { startedAtMs }),
      ...(finishedAtMs !== undefined && { finishedAtMs }),
    };
  });
}

/** The workflow's own status as the renderers take it. */
export function headerOfWorkflow({ spec, status, metadata }: Workflow): WorkflowHeader {
  const startedAtMs = timeOf(status?.startedAt);
  const finishedAtMs = timeOf(status?.finishedAt);
  const cause = status?.["cause"];
  return {
    phase: status?.phase ?? "",
    progress: status?.progress ?? "",
    ...(status?.message !== undefined && { message: status.message }),
    ...(typeof cause === "string" && { cause }),
    ...(startedAtMs !== undefined && { startedAtMs }),
    ...(finishedAtMs !== undefined && { finishedAtMs }),
    ...(status?.outputs !== undefined && { outputs: status.outputs }),
    conditions: [],
    suspended: spec?.suspend === true,
    labels: metadata.labels ?? {},
    annotations: {},
    machine: {},
  };
}

/** Unix ms of a time in the API's form; undefined for null and for what is none. */
export function timeOf(value: unknown): number | undefined {
  return typeof value === "string" ? parseTimestamp(value) : undefined;
}
