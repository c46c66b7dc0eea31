import type { Result } from "../result.ts";
import type { ArtifactRecord } from "./artifact-directory.ts";

/** An artifact whose first bytes are there. */
export interface OpenedArtifact extends Pick<ArtifactRecord, "kind" | "bytes"> {
  /** Throws when its agent falls silent on the way. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** The bytes of artifacts, from the agents that hold them, for those who look from outside. */
export interface ArtifactSource {
  /** Undefined when no artifact has the key; the error says why its agent does not send it. */
  open(namespace: string, key: string): Promise<Result<OpenedArtifact | undefined>>;
}
