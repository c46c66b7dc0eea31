import { z } from "zod";

const bid = z
  .object({
    probability: z.number().describe("P(t) = 1/(1+e^(−k(t−θ)))"),
    executionTimeSeconds: z.number().describe("t"),
    thetaSeconds: z.number().describe("θ"),
    k: z.number(),
    terms: z
      .array(z.object({ of: z.enum(["t", "theta"]), name: z.string(), seconds: z.number() }))
      .readonly()
      .describe("what t and θ are the sums of"),
  })
  .meta({ id: "Bid" });

export const poolView = z
  .object({
    pool: z.string(),
    waiting: z.number().int().describe("tasks that an agent may take"),
    inBacklog: z.number().int().describe("those of them that wait before BullMQ"),
    away: z.number().int().describe("tasks that were refused and stay away for a moment"),
    running: z.number().int(),
    dead: z.number().int().describe("jobs that the queue gave up on"),
    oldestSinceMs: z.number().optional().describe("the longest wait among those that come first and last, Unix ms"),
    inPerMinute: z.number(),
    outPerMinute: z.number(),
    agents: z.number().int().describe("living agents that may take its tasks"),
    draining: z.number().int().describe("those of them that take no more"),
    room: z.number().int().describe("how many more tasks the others could take"),
    heardOfMs: z.number().optional().describe("the latest word of any of them, Unix ms"),
  })
  .meta({ id: "Pool" });

export const queuedTaskView = z
  .object({
    taskId: z.string(),
    pool: z.string(),
    place: z.enum(["waiting", "backlog", "away", "running", "ended"]),
    rank: z.number().int().optional().describe("how many of the pool's tasks come before it"),
    namespace: z.string().optional().describe("absent, as all of the workflow, where the job cannot be read"),
    workflow: z.string().optional(),
    nodeId: z.string().optional(),
    nodeName: z.string().optional(),
    readySinceMs: z.number().optional().describe("since when it could run"),
    awayUntilMs: z.number().optional(),
    deliveries: z.number().int(),
    lastError: z.string().optional(),
    bid: bid.optional(),
  })
  .meta({ id: "QueuedTask" });

export const retryView = z
  .object({
    namespace: z.string(),
    workflow: z.string(),
    nodeId: z.string(),
    nodeName: z.string(),
    attempts: z.number().int().describe("how many it has had"),
    lastAttemptId: z.string().optional(),
    lastError: z.string().optional(),
    dueAtMs: z.number().describe("when the next one starts"),
  })
  .meta({ id: "RetryWait" });

export const taskBidView = queuedTaskView
  .extend({
    waitsFor: z.enum(["nothing", "agent", "undrained agent", "room", "another try", "its turn"]),
    message: z.string().describe("the same as a sentence"),
  })
  .meta({ id: "TaskBid" });
