import { z } from "zod";

export const nodePhase = z.enum(["Pending", "Running", "Succeeded", "Skipped", "Failed", "Error", "Omitted"]);
const milliseconds = z.number().describe("Unix ms");

const kind = z.enum([
  ...(["Pod", "Container", "Steps", "StepGroup", "DAG", "TaskGroup", "Retry", "Skipped", "Suspend"] as const),
  ...(["HTTP", "Plugin", "Loop", "More"] as const),
]);

export const vertexSchema = z
  .object({
    id: z.string(),
    container: z.string().optional().describe("the vertex that it is drawn in"),
    kind: kind.describe("a node's type, or Loop (the items of a step), or More (what is left of a container)"),
    name: z.string(),
    phase: nodePhase,
    after: z.array(z.string()).readonly().describe("vertices of the same container that it comes after"),
    childCount: z.number().int().optional(),
    expanded: z.boolean().optional(),
    counts: z.partialRecord(nodePhase, z.number().int()).optional().describe("leaves in it, by phase"),
    strip: z
      .string()
      .optional()
      .describe("phases in order, a letter for each or for several (p r s k f e o; a capital hides failures)"),
    templateName: z.string().optional(),
    message: z.string().optional(),
    startedAtMs: milliseconds.optional(),
    runStartedAtMs: milliseconds.optional().describe("what was before was waiting"),
    finishedAtMs: milliseconds.optional(),
    hostNodeName: z.string().optional(),
    progress: z.string().optional(),
    hooked: z.boolean().optional().describe("runs for a hook or an exit handler"),
    critical: z.boolean().optional().describe("the workflow's end waited for it"),
  })
  .meta({ id: "Vertex" });

export const graphHead = z
  .object({
    phase: z.enum(["", "Pending", "Running", "Succeeded", "Failed", "Error"]),
    message: z.string().optional(),
    progress: z.string(),
    startedAtMs: milliseconds.optional(),
    finishedAtMs: milliseconds.optional(),
    suspended: z.boolean(),
    shutdown: z.enum(["Stop", "Terminate"]).optional(),
    estimatedDuration: z.number().optional(),
  })
  .meta({ id: "GraphHead" });

export const graphSnapshotSchema = z.object({
  type: z.literal("snapshot"),
  head: graphHead,
  vertices: z.array(vertexSchema),
});

export const graphEvent = z
  .discriminatedUnion("type", [
    z.object({ type: z.literal("head"), head: graphHead }).describe("comes first where reading the nodes takes time"),
    graphSnapshotSchema,
    z.object({
      type: z.literal("patch"),
      head: graphHead.optional(),
      vertices: z.array(vertexSchema).describe("new and changed ones, whole"),
      removed: z.array(z.string()),
    }),
    z.object({ type: z.literal("deleted") }),
  ])
  .meta({ id: "GraphEvent" });

const foundNode = z.object({
  id: z.string(),
  name: z.string(),
  phase: nodePhase,
  type: z.string(),
  templateName: z.string().optional(),
  message: z.string().optional(),
  path: z.array(z.string()).describe("what must be opened for it to be seen, the outermost first"),
});

export const foundNodes = z.object({ total: z.number().int(), items: z.array(foundNode) }).meta({ id: "FoundNodes" });

export const failureCausesSchema = z
  .object({
    total: z.number().int(),
    items: z.array(
      foundNode.extend({
        attempts: z.number().int().optional().describe("how many times the step was tried, where more than once"),
      }),
    ),
  })
  .meta({ id: "FailureCauses" });

export const eventPage = z
  .object({
    items: z.array(
      z.object({
        atMs: milliseconds,
        nodeId: z.string(),
        name: z.string(),
        what: z.enum(["created", "started", "ended"]),
        phase: nodePhase,
        message: z.string().optional(),
        place: z.string(),
      }),
    ),
    continue: z.string().optional(),
  })
  .meta({ id: "EventPage" });

export const phaseList = z
  .string()
  .optional()
  .transform((text) => (text ?? "").split(",").filter((phase) => phase !== ""))
  .pipe(z.array(nodePhase));
