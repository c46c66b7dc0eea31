import type { PodSnapshot, Result } from "@capstan/core";
import { z } from "zod";
import { checkBody, openText, type ProtocolError, seal } from "./envelope.ts";

/** Asks the agents of a pool for the Pod of a task; each of them answers. */
export interface PodRequest {
  readonly requestId: string;
  readonly taskId: string;
}

/** What one agent answers: the Pod, that it knows of none, or why it cannot say. */
export type PodAnswer =
  | PodSnapshot
  | { readonly kind: "unknown" }
  | { readonly kind: "failed"; readonly message: string };

const requestSchema = z.looseObject({ requestId: z.string().min(1), taskId: z.string().min(1) });

const eventSchema = z.looseObject({
  type: z.string(),
  reason: z.string(),
  message: z.string(),
  count: z.number(),
  firstAtMs: z.number().optional(),
  lastAtMs: z.number().optional(),
  source: z.string().optional(),
});

const answerSchema = z.discriminatedUnion("kind", [
  z.looseObject({
    kind: z.literal("pod"),
    pod: z.looseObject({}),
    isGone: z.boolean(),
    seenAtMs: z.number(),
    events: z.array(eventSchema),
    eventsProblem: z.string().optional(),
  }),
  z.looseObject({ kind: z.literal("no-pod"), reason: z.string() }),
  z.looseObject({ kind: z.literal("unknown") }),
  z.looseObject({ kind: z.literal("failed"), message: z.string() }),
]);

export function encodePodRequest(request: PodRequest): string {
  return JSON.stringify(seal(request));
}

export function decodePodRequest(text: string): Result<PodRequest, ProtocolError> {
  const opened = openText(text, "the request for a Pod");
  return opened.ok ? checkBody(requestSchema, opened.value, "the request for a Pod") : opened;
}

export function encodePodAnswer(answer: PodAnswer): string {
  return JSON.stringify(seal(answer));
}

export function decodePodAnswer(text: string): Result<PodAnswer, ProtocolError> {
  const opened = openText(text, "the answer about a Pod");
  return opened.ok ? checkBody(answerSchema, opened.value, "the answer about a Pod") : opened;
}
