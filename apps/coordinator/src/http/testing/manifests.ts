import type { JsonObject } from "@capstan/core";

/** A workflow of one step. */
export const hello = (metadata: JsonObject = { generateName: "hello-" }): JsonObject => ({
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Workflow",
  metadata,
  spec: {
    entrypoint: "main",
    arguments: { parameters: [{ name: "text", value: "hi" }] },
    templates: [
      { name: "main", container: { image: "busybox", command: ["echo"], args: ["{{workflow.parameters.text}}"] } },
    ],
  },
});

/** A WorkflowTemplate of one step. */
export const template = (name: string): JsonObject => ({
  apiVersion: "argoproj.io/v1alpha1",
  kind: "WorkflowTemplate",
  metadata: { name },
  spec: {
    entrypoint: "main",
    arguments: { parameters: [{ name: "text", value: "from the template" }] },
    templates: [
      { name: "main", container: { image: "busybox", command: ["echo"], args: ["{{workflow.parameters.text}}"] } },
    ],
  },
});
