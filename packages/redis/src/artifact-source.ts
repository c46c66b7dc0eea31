import {
  type ArtifactDirectory,
  type ArtifactRecord,
  type ArtifactSource,
  fail,
  normalKey,
  type OpenedArtifact,
  ok,
  type Result,
} from "@capstan/core";
import { BlobRelayError, type RedisBlobRelay } from "./blob-relay.ts";

export interface ArtifactSourceOptions {
  readonly directory: Pick<ArtifactDirectory, "find">;
  readonly relay: Pick<RedisBlobRelay, "fetch">;
  readonly silenceMaxMs?: number;
  readonly bytesMax?: number;
}

const silenceMaxMsDefault = 10_000;
/** What goes through Redis goes through its append-only file too. */
const bytesMaxDefault = 64 * 1024 ** 2;

/** Brings artifacts out of the agents that hold them, through Redis: whoever asks needs no way to the agents' machines. */
export class RedisArtifactSource implements ArtifactSource {
  readonly #options: ArtifactSourceOptions;

  constructor(options: ArtifactSourceOptions) {
    this.#options = options;
  }

  async open(namespace: string, key: string): Promise<Result<OpenedArtifact | undefined>> {
    const { directory, relay, silenceMaxMs = silenceMaxMsDefault, bytesMax = bytesMaxDefault } = this.#options;
    const [record] = await directory.find(namespace, [normalKey(key)]);
    if (record === undefined) return ok(undefined);
    const { kind, bytes, sha256, holder } = record;
    if (bytes > bytesMax) {
      return fail(`it has ${bytes} bytes, and at most ${bytesMax} go through Redis: take it on ${holder.nodeName}`);
    }
    const parts = relay.fetch({ agentId: holder.agentId, sha256, bytes }, silenceMaxMs);
    try {
      const first = await parts.next();
      return ok({ kind, bytes, content: first.done === true ? nothing() : withFirst(first.value, parts) });
    } catch (error) {
      if (error instanceof BlobRelayError) return fail(whyNot(error, record));
      throw error;
    }
  }
}

function whyNot({ message }: BlobRelayError, { holder }: ArtifactRecord): string {
  return `${message}: agent ${holder.agentId} on node ${holder.nodeName}, where it was made`;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function* withFirst(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    yield* rest;
  } finally {
    // A reader that went away after the first part has not begun the rest, which holds a connection.
    await rest.return(undefined);
  }
}
