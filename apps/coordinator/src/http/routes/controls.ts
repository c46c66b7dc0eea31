import {
  type JsonObject,
  matchesNode,
  type NodeSelector,
  type Parameter,
  parseNodeSelector,
  toWorkflowObject,
  type WorkflowEvent,
  type WorkflowPhase,
} from "@capstan/core";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ApiError } from "../api-error.ts";
import { workflowObject } from "../argo-schemas.ts";
import { checkedInput } from "../checked-input.ts";
import type { HttpContext } from "../context.ts";
import { describeRoute } from "../openapi.ts";
import { type Named, namedParams } from "../route-params.ts";
import type { FoundWorkflow } from "../workflow-lookup.ts";

const body = z.object({
  nodeFieldSelector: z.string().optional(),
  message: z.string().optional(),
  phase: z.enum(["", "Succeeded", "Failed", "Error"], "must be Succeeded, Failed or Error").optional(),
  outputParameters: z.string("must be a JSON object as text").optional(),
  restartSuccessful: z.boolean().optional(),
  parameters: z.array(z.string()).nullish(),
});

type ControlBody = z.infer<typeof body>;
type Control = (found: FoundWorkflow, input: ControlBody) => WorkflowEvent;

const controls: { readonly [verb: string]: Control } = {
  suspend: ({ stored, place }) => {
    refuseCompleted(stored.header.phase, `cannot suspend workflow "${place.name}"`);
    return { type: "suspend-requested" };
  },
  resume: ({ stored, place }, input) => {
    refuseCompleted(stored.header.phase, `cannot resume workflow "${place.name}"`);
    const nodes = nodeSelector(input.nodeFieldSelector);
    return { type: "resume-requested", ...(nodes !== undefined && { nodes }) };
  },
  stop: ({ stored, place }, input) => {
    refuseCompleted(stored.header.phase, `cannot stop workflow "${place.name}"`);
    const nodes = nodeSelector(input.nodeFieldSelector);
    return {
      type: "stop-requested",
      ...(nodes !== undefined && { nodes }),
      ...(input.message !== undefined && input.message !== "" && { message: input.message }),
    };
  },
  terminate: ({ stored, place }) => {
    refuseCompleted(stored.header.phase, `cannot terminate workflow "${place.name}"`);
    return { type: "terminate-requested" };
  },
  retry: ({ stored }, input) => {
    const nodes = nodeSelector(input.nodeFieldSelector);
    refuseRetry(stored.header.phase, input.restartSuccessful === true && nodes !== undefined);
    return {
      type: "retry-requested",
      restartSuccessful: input.restartSuccessful ?? false,
      ...(nodes !== undefined && { nodes }),
      parameters: checkedAssignments(input.parameters ?? []),
    };
  },
  set: setNodes,
};

const summaries: { readonly [verb: string]: string } = {
  suspend: "Starts nothing more until it is resumed; what runs goes on",
  resume: "Goes on after suspend, and ends the suspend nodes that the selector names",
  stop: "Ends what runs; exit handlers still run",
  terminate: "Ends at once, exit handlers included",
  retry: "Runs what failed once more, in the same workflow",
  set: "Gives suspend nodes their outputs, their message, their end",
};

/** What may be asked of a workflow that exists. Each answers with the workflow as it is once its owner has done it. */
export function controlRoutes(server: FastifyInstance, context: HttpContext): void {
  for (const [verb, toEvent] of Object.entries(controls)) {
    server.put<Named>(
      `/api/v1/workflows/:namespace/:name/${verb}`,
      describeRoute({
        tag: "Workflows",
        id: `WorkflowService_${verb.charAt(0).toUpperCase()}${verb.slice(1)}Workflow`,
        summary: summaries[verb] ?? verb,
        params: namedParams,
        body,
        response: workflowObject,
      }),
      async (request) => {
        const input = checkedInput(body, request.body ?? {}, "body");
        const found = await context.lookup.find(request.params.namespace, request.params.name);
        await carryOut(context, found, toEvent(found, input));
        const { place } = found;
        const stored = await context.dependencies.reader.get(place.shard, place.uid);
        return toWorkflowObject(stored ?? found.stored);
      },
    );
  }

  server.delete<Named>(
    "/api/v1/workflows/:namespace/:name",
    describeRoute({
      tag: "Workflows",
      id: "WorkflowService_DeleteWorkflow",
      summary: "Ends a workflow if it runs, and forgets it",
      params: namedParams,
    }),
    async (request): Promise<JsonObject> => {
      const found = await context.lookup.find(request.params.namespace, request.params.name);
      await carryOut(context, found, { type: "delete-requested" });
      return {};
    },
  );
}

async function carryOut(
  { dependencies, lookup }: HttpContext,
  { place }: FoundWorkflow,
  event: WorkflowEvent,
): Promise<void> {
  const [inboxId] = await dependencies.inbox.append(place.shard, [{ workflowUid: place.uid, event }]);
  if (inboxId !== undefined) await lookup.settle(place, inboxId);
}

/** Parses a node field selector; undefined when there is none. */
export function nodeSelector(text: string | undefined): NodeSelector | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  const parsed = parseNodeSelector(text);
  if (!parsed.ok) throw new ApiError("InvalidArgument", parsed.error);
  return parsed.value;
}

/** `name=value` texts, as `-p` takes them. */
export function checkedAssignments(parameters: readonly string[]): readonly string[] {
  for (const text of parameters) {
    if (text.indexOf("=") <= 0) {
      throw new ApiError(
        "InvalidArgument",
        `expected a parameter of the form NAME=VALUE, but got ${JSON.stringify(text)}`,
      );
    }
  }
  return parameters;
}

function isCompleted(phase: WorkflowPhase): boolean {
  return phase === "Succeeded" || phase === "Failed" || phase === "Error";
}

function refuseCompleted(phase: WorkflowPhase, what: string): void {
  if (isCompleted(phase)) throw new ApiError("InvalidArgument", `${what}: it has completed (${phase})`);
}

function refuseRetry(phase: WorkflowPhase, mayRestartSuccessful: boolean): void {
  if (phase === "Failed" || phase === "Error") return;
  if (phase !== "Succeeded")
    throw new ApiError("InvalidArgument", `cannot retry a workflow in phase ${phase || "Pending"}`);
  if (!mayRestartSuccessful) {
    throw new ApiError(
      "InvalidArgument",
      "the workflow succeeded: to run parts of it again, give restartSuccessful and a nodeFieldSelector",
    );
  }
}

function setNodes({ stored, place }: FoundWorkflow, input: ControlBody): WorkflowEvent {
  const nodes = nodeSelector(input.nodeFieldSelector);
  if (nodes === undefined) {
    throw new ApiError("InvalidArgument", "set changes suspend nodes: name them with nodeFieldSelector");
  }
  refuseCompleted(stored.header.phase, `cannot set nodes of workflow "${place.name}"`);
  const targets = stored.nodes.filter(
    (node) => node.type === "Suspend" && node.phase === "Running" && matchesNode(nodes, node),
  );
  if (targets.length === 0) {
    throw new ApiError(
      "InvalidArgument",
      `no suspended node of the workflow matches ${JSON.stringify(input.nodeFieldSelector)}`,
    );
  }
  const outputParameters = parseOutputParameters(input.outputParameters);
  for (const node of targets) {
    for (const { name } of outputParameters) {
      const parameter = node.outputs?.parameters?.find((candidate) => candidate.name === name);
      if (parameter === undefined)
        throw new ApiError("InvalidArgument", `node ${node.name} has no output parameter "${name}"`);
      if (parameter.valueFrom?.supplied === undefined || parameter.value !== undefined) {
        throw new ApiError(
          "InvalidArgument",
          `output parameter "${name}" of node ${node.name} is not valueFrom.supplied, or is already set`,
        );
      }
    }
  }
  return {
    type: "nodes-set-requested",
    nodes,
    ...(input.phase !== undefined && input.phase !== "" && { phase: input.phase }),
    ...(input.message !== undefined && input.message !== "" && { message: input.message }),
    outputParameters,
  };
}

function parseOutputParameters(text: string | undefined): readonly Parameter[] {
  if (text === undefined || text === "") return [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError("InvalidArgument", "outputParameters is no JSON object");
  }
  const values = checkedInput(z.record(z.string(), z.string()), value, "outputParameters");
  return Object.entries(values).map(([name, given]) => ({ name, value: given }));
}
