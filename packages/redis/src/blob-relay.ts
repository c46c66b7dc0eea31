import { randomUUID } from "node:crypto";
import { type BlobPartRequest, decodeBlobPartRequest, encodeBlobPartRequest } from "@capstan/protocol";
import { openBeside, type RedisClient } from "./connection.ts";
import { channels, keys } from "./keys.ts";
import { Script } from "./script.ts";
import type { Subscriptions } from "./subscriptions.ts";

const blobAnswer = new Script("blob-answer");

export const blobRelayLimits = {
  partBytes: 256 * 1024,
  /** Parts that are asked for and not yet taken: what one transfer may hold of Redis' memory. */
  partsAheadMax: 4,
  /** A part that nobody takes is gone after this. */
  partTtlMs: 30_000,
  /** A part that does not come is asked for again: a notice may be lost. */
  askAgainMs: 5_000,
  /** Parts that an agent reads at once, and that may wait for it; what is beyond is dropped and asked for again. */
  servedMax: 4,
  waitingMax: 256,
} as const;

/** Why a blob did not come. */
export class BlobRelayError extends Error {
  override readonly name = "BlobRelayError";
  readonly reason: "absent" | "silent";

  constructor(reason: "absent" | "silent") {
    super(reason === "absent" ? "the agent does not have it" : "the agent did not answer");
    this.reason = reason;
  }
}

/** Gives the bytes of a blob from the offset on, as many as asked for or up to its end; undefined when the agent does not have it. */
export type BlobReader = (sha256: string, offset: number, bytes: number) => Promise<Buffer | undefined>;

type Target = Pick<BlobPartRequest, "sha256"> & { readonly agentId: string; readonly bytes: number };

const [partTag, absentTag] = [Buffer.from([0]), Buffer.from([1])];

/**
 * Carries blobs between agents that reach nothing but Redis. Whoever wants one asks for it part by part, never more than a few ahead of what
 * it has taken: so neither end remembers a transfer, a slow reader slows its writer, and what is left of a broken one expires.
 */
export class RedisBlobRelay {
  readonly #redis: RedisClient;
  readonly #subscriptions: Subscriptions;
  readonly #waiting: BlobPartRequest[] = [];
  #serving = 0;

  constructor(redis: RedisClient, subscriptions: Subscriptions) {
    this.#redis = redis;
    this.#subscriptions = subscriptions;
  }

  /** Answers what is asked of the agent from now on; what it returns stops that. */
  serve(agentId: string, read: BlobReader): Promise<() => Promise<void>> {
    return this.#subscriptions.subscribe(channels.blobsRequested(agentId), (message) => {
      const request = decodeBlobPartRequest(message);
      if (!request.ok || this.#waiting.length >= blobRelayLimits.waitingMax) return;
      this.#waiting.push(request.value);
      void this.#work(read);
    });
  }

  /** The blob's parts in order. Throws BlobRelayError when the agent does not have it, or is silent for as long as is said. */
  async *fetch(target: Target, silenceMaxMs: number): AsyncGenerator<Buffer, void, void> {
    const transferId = randomUUID();
    const parts = Math.ceil(target.bytes / blobRelayLimits.partBytes);
    // A blocking read holds its connection.
    const reader = openBeside(this.#redis);
    try {
      for (let part = 0; part < Math.min(parts, blobRelayLimits.partsAheadMax); part++)
        await this.#ask(target, transferId, part);
      for (let part = 0; part < parts; part++) {
        const taken = await this.#take(reader, target, transferId, part, silenceMaxMs);
        const next = part + blobRelayLimits.partsAheadMax;
        if (next < parts) await this.#ask(target, transferId, next);
        yield taken;
      }
    } finally {
      reader.disconnect();
    }
  }

  async #ask({ agentId, sha256 }: Target, transferId: string, part: number): Promise<void> {
    const bytes = blobRelayLimits.partBytes;
    const request = { transferId, part, sha256, offset: part * bytes, bytes };
    await this.#redis.publish(channels.blobsRequested(agentId), encodeBlobPartRequest(request));
  }

  async #take(
    reader: RedisClient,
    target: Target,
    transferId: string,
    part: number,
    silenceMaxMs: number,
  ): Promise<Buffer> {
    for (let silentMs = 0; silentMs < silenceMaxMs; ) {
      const waitMs = Math.min(blobRelayLimits.askAgainMs, silenceMaxMs - silentMs);
      const popped = await reader.blpopBuffer(keys.blobPart(transferId, part), waitMs / 1_000);
      const answer = popped?.[1];
      if (answer?.[0] === 0) return answer.subarray(1);
      if (answer !== undefined) throw new BlobRelayError("absent");
      silentMs += waitMs;
      await this.#ask(target, transferId, part);
    }
    throw new BlobRelayError("silent");
  }

  async #work(read: BlobReader): Promise<void> {
    if (this.#serving >= blobRelayLimits.servedMax) return;
    this.#serving += 1;
    for (let request = this.#waiting.shift(); request !== undefined; request = this.#waiting.shift())
      // What cannot be read or written now is asked for again.
      await this.#answer(request, read).catch(() => undefined);
    this.#serving -= 1;
  }

  async #answer({ transferId, part, sha256, offset, bytes }: BlobPartRequest, read: BlobReader): Promise<void> {
    const content = await read(sha256, offset, Math.min(bytes, blobRelayLimits.partBytes));
    const answer = content === undefined ? absentTag : Buffer.concat([partTag, content]);
    await blobAnswer.run(this.#redis, [keys.blobPart(transferId, part)], [answer, blobRelayLimits.partTtlMs]);
  }
}
