import { z } from "zod";

// Argo's own objects: FEATURES of Argo describe them, the manifest's rules check them; the document names them.
const meta = z.looseObject({
  name: z.string().optional(),
  namespace: z.string().optional(),
  uid: z.string().optional(),
  creationTimestamp: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

const listMeta = z.looseObject({
  resourceVersion: z.string().optional(),
  continue: z.string().optional().describe("give it as listOptions.continue for the next page"),
});

export const workflowObject = z
  .looseObject({
    apiVersion: z.string().optional(),
    kind: z.string().optional(),
    metadata: meta,
    spec: z.looseObject({}).optional(),
    status: z.looseObject({ phase: z.string().optional(), message: z.string().optional() }).optional(),
  })
  .meta({ id: "Workflow" });

export const workflowList = z
  .looseObject({ metadata: listMeta, items: z.array(workflowObject).nullable() })
  .meta({ id: "WorkflowList" });

export const templateObject = z
  .looseObject({
    apiVersion: z.string().optional(),
    kind: z.string().optional(),
    metadata: meta,
    spec: z.looseObject({}).optional(),
  })
  .meta({ id: "TemplateObject" });

export const templateList = z
  .looseObject({ metadata: listMeta, items: z.array(templateObject).nullable() })
  .meta({ id: "TemplateObjectList" });

export const logEvent = z
  .object({
    result: z.object({ content: z.string(), podName: z.string() }).optional(),
    error: z.looseObject({}).optional(),
  })
  .meta({ id: "LogEntry" });

export const watchEvent = z
  .object({
    result: z.object({ type: z.enum(["ADDED", "MODIFIED", "DELETED"]), object: workflowObject }).optional(),
    error: z.looseObject({}).optional(),
  })
  .meta({ id: "WorkflowWatchEvent" });
