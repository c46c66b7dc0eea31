import type { LogLine, LogOptions, Result } from "@capstan/core";
import { z } from "zod";
import { checkBody, openText, type ProtocolError, seal } from "./envelope.ts";

/** Asks the agents of a pool for the log of a task; the one that has it answers into the stream of the request. */
export interface LogRequest {
  readonly requestId: string;
  readonly taskId: string;
  readonly options: LogOptions;
}

const requestSchema = z.looseObject({
  requestId: z.string().min(1),
  taskId: z.string().min(1),
  options: z.looseObject({
    container: z.string().optional(),
    follow: z.boolean(),
    tailLines: z.number().optional(),
    search: z.string().optional(),
    sinceMs: z.number().optional(),
  }),
});

const linesSchema = z.array(
  z.looseObject({
    atMs: z.number(),
    stream: z.enum(["stdout", "stderr"]),
    container: z.string(),
    text: z.string(),
    skippedBytes: z.number().optional(),
  }),
);

export function encodeLogRequest(request: LogRequest): string {
  return JSON.stringify(seal(request));
}

export function decodeLogRequest(text: string): Result<LogRequest, ProtocolError> {
  const opened = openText(text, "the log request");
  return opened.ok ? checkBody(requestSchema, opened.value, "the log request") : opened;
}

export function encodeLogLines(lines: readonly LogLine[]): string {
  return JSON.stringify(seal(lines));
}

export function decodeLogLines(text: string): Result<readonly LogLine[], ProtocolError> {
  const opened = openText(text, "the log chunk");
  return opened.ok ? checkBody(linesSchema, opened.value, "the log chunk") : opened;
}
