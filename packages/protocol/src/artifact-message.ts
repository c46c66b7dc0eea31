import type { ArtifactRecord, Result } from "@capstan/core";
import { z } from "zod";
import { checkBody, openText, type ProtocolError, seal } from "./envelope.ts";

/** Asks the agent that holds a blob for a part of it; the answer goes under the key of (transfer, part). */
export interface BlobPartRequest {
  readonly transferId: string;
  readonly part: number;
  readonly sha256: string;
  readonly offset: number;
  readonly bytes: number;
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const whole = z.int().min(0);

const recordSchema = z.looseObject({
  namespace: z.string().min(1),
  key: z.string().min(1),
  kind: z.enum(["file", "folder"]),
  bytes: whole,
  sha256,
  holder: z.looseObject({ agentId: z.string().min(1), nodeName: z.string() }),
  workflow: z.looseObject({ name: z.string(), uid: z.string() }),
  savedAtMs: z.number(),
});

const requestSchema = z.looseObject({
  transferId: z.string().min(1),
  part: whole,
  sha256,
  offset: whole,
  bytes: whole,
});

export function encodeArtifactRecord(record: ArtifactRecord): string {
  return JSON.stringify(seal(record));
}

export function decodeArtifactRecord(text: string): Result<ArtifactRecord, ProtocolError> {
  const opened = openText(text, "the artifact's record");
  return opened.ok ? checkBody(recordSchema, opened.value, "the artifact's record") : opened;
}

export function encodeBlobPartRequest(request: BlobPartRequest): string {
  return JSON.stringify(seal(request));
}

export function decodeBlobPartRequest(text: string): Result<BlobPartRequest, ProtocolError> {
  const opened = openText(text, "the request for a part");
  return opened.ok ? checkBody(requestSchema, opened.value, "the request for a part") : opened;
}
