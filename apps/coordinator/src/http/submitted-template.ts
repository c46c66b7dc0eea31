import type { JsonObject } from "@capstan/core";
import type { SubmitOptions } from "@capstan/manifest";
import { z } from "zod";
import { ApiError } from "./api-error.ts";
import { checkedAssignments } from "./routes/controls.ts";

const submitOptions = z.object({
  name: z.string().nullish(),
  generateName: z.string().nullish(),
  entryPoint: z.string().nullish(),
  parameters: z.array(z.string()).nullish(),
  labels: z.string().nullish(),
  annotations: z.string().nullish(),
  serviceAccount: z.string().nullish(),
  priority: z.number().int().nullish(),
  podPriorityClassName: z.string().nullish(),
  artifacts: z.array(z.string()).nullish(),
  dryRun: z.boolean().nullish(),
  serverDryRun: z.boolean().nullish(),
});

/** Argo's request to run a stored template. */
export const submitBody = z.object({
  resourceKind: z.string(),
  resourceName: z.string().min(1),
  submitOptions: submitOptions.nullish(),
});

/** The workflow that runs a stored template, and what it is given. Throws InvalidArgument. */
export function submittedTemplate({ resourceKind, resourceName, submitOptions: given }: z.infer<typeof submitBody>): {
  readonly workflow: JsonObject;
  readonly options: SubmitOptions;
} {
  const ofPods = given?.podPriorityClassName ? { podPriorityClassName: given.podPriorityClassName } : {};
  return { workflow: workflowFromTemplate(resourceKind, resourceName, ofPods), options: checkedOptions(given ?? {}) };
}

function workflowFromTemplate(kind: string, name: string, spec: JsonObject): JsonObject {
  const clusterKinds = ["clusterworkflowtemplate", "clusterworkflowtemplates", "cwft", "cwftmpl"];
  const kinds = ["workflowtemplate", "workflowtemplates", "wftmpl"];
  const clusterScope = clusterKinds.includes(kind.toLowerCase());
  if (!clusterScope && !kinds.includes(kind.toLowerCase())) {
    throw new ApiError(
      "InvalidArgument",
      `resource kind ${JSON.stringify(kind)} cannot be submitted: only WorkflowTemplate and ClusterWorkflowTemplate can`,
    );
  }
  const label = `workflows.argoproj.io/${clusterScope ? "cluster-" : ""}workflow-template`;
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { generateName: `${name}-`, labels: { [label]: name } },
    spec: { ...spec, workflowTemplateRef: { name, ...(clusterScope && { clusterScope }) } },
  };
}

function checkedOptions(options: z.infer<typeof submitOptions>): SubmitOptions {
  if ((options.artifacts?.length ?? 0) > 0) {
    throw new ApiError(
      "Unimplemented",
      "submitOptions.artifacts is not supported yet: set the artifact in the manifest",
    );
  }
  return {
    parameters: checkedAssignments(options.parameters ?? []),
    ...(options.name && { name: options.name }),
    ...(options.generateName && { generateName: options.generateName }),
    ...(options.entryPoint && { entrypoint: options.entryPoint }),
    ...(options.labels && { labels: options.labels.split(",") }),
    ...(options.annotations && { annotations: options.annotations.split(",") }),
    ...(options.serviceAccount && { serviceAccount: options.serviceAccount }),
    ...(typeof options.priority === "number" && { priority: options.priority }),
  };
}
