import { z } from "zod";

export const taskFacts = z
  .object({
    taskId: z.string(),
    workflowUid: z.string(),
    namespace: z.string(),
    workflowName: z.string(),
    nodeId: z.string(),
    nodeName: z.string(),
    template: z.string(),
    image: z.string().optional(),
    hostNodeName: z.string().optional().describe("the host that it ran on"),
    parameters: z.record(z.string(), z.string()),
    startedAtMs: z.number(),
    finishedAtMs: z.number(),
  })
  .meta({ id: "TaskFacts" });

const taskFailure = taskFacts
  .extend({
    phase: z.enum(["Failed", "Error"]),
    fingerprint: z.string(),
    title: z.string(),
    exitCode: z.string().optional(),
    message: z.string().optional(),
    logTail: z.string().optional(),
  })
  .meta({ id: "TaskFailure" });

export const failedImage = z
  .object({
    workflowName: z.string().describe("the workflow that was looked at: the latest that failed so"),
    image: z.string().optional(),
    origin: z
      .enum(["manifest", "parameters", "template", "elsewhere", "unknown"])
      .describe("where it is said: unknown where there is no image, or the workflow was deleted"),
    written: z.string().optional().describe("as it stands there"),
    parameters: z.array(z.string()).readonly().optional().describe("the workflow's parameters that it is made of"),
    template: z
      .object({ kind: z.enum(["WorkflowTemplate", "ClusterWorkflowTemplate"]), name: z.string() })
      .optional()
      .describe("the template that it stands in"),
  })
  .meta({ id: "FailedImage" });

const counts = z.record(z.string(), z.number().int());

export const failureGroup = z
  .object({
    namespace: z.string(),
    fingerprint: z.string(),
    title: z.string().describe("what failed, without what differs from run to run"),
    count: z.number().int().describe("attempts that failed so"),
    workflowCount: z.number().int(),
    firstAtMs: z.number(),
    lastAtMs: z.number(),
    hosts: counts,
    templates: counts,
    example: taskFailure.describe("the latest"),
  })
  .meta({ id: "FailureGroup" });

export const hitWorkflow = z.object({
  uid: z.string(),
  name: z.string(),
  lastAtMs: z.number(),
  phase: z.enum(["", "Pending", "Running", "Succeeded", "Failed", "Error", "absent"]).describe("now"),
});

export const failureDetail = z
  .object({
    failure: failureGroup,
    workflows: z.array(hitWorkflow),
    lastGoodRun: taskFacts.optional().describe("of the example's template"),
    differences: z
      .array(
        z.object({
          field: z.enum(["image", "node", "duration", "parameter"]),
          name: z.string().optional(),
          good: z.string().optional(),
          failed: z.string().optional(),
          isDifferent: z.boolean(),
        }),
      )
      .readonly()
      .describe("the example beside that run"),
  })
  .meta({ id: "FailureDetail" });
