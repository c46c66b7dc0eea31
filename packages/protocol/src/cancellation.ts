import type { Result } from "@capstan/core";
import { z } from "zod";
import { checkBody, openText, type ProtocolError, seal } from "./envelope.ts";

/** Tells a pool's agents to end a task. */
export interface Cancellation {
  readonly taskId: string;
  readonly reason: string;
}

const cancellationsSchema = z.array(z.looseObject({ taskId: z.string().min(1), reason: z.string() }));

export function encodeCancellations(cancellations: readonly Cancellation[]): string {
  return JSON.stringify(seal(cancellations));
}

export function decodeCancellations(text: string): Result<readonly Cancellation[], ProtocolError> {
  const opened = openText(text, "the cancellation notice");
  return opened.ok ? checkBody(cancellationsSchema, opened.value, "the cancellation notice") : opened;
}
