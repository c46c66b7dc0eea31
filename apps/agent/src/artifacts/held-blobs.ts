import { type ArtifactRecord, type Clock, fail, ok, type Result } from "@capstan/core";
import type { Logger } from "../logger.ts";
import type { BlobFolder } from "./blob-folder.ts";
import { openBlob, type PeerAddress } from "./direct-blobs.ts";
import type { PeerTokens } from "./peer-tokens.ts";

/** A way for bytes through Redis. What `fetch` throws has the reason "absent" where the agent says that it does not have the blob. */
export interface BlobRelay {
  fetch(
    target: { readonly agentId: string; readonly sha256: string; readonly bytes: number },
    silenceMaxMs: number,
  ): AsyncIterable<Buffer>;
}

export interface HeldBlobsOptions {
  readonly blobs: BlobFolder;
  readonly tokens: PeerTokens;
  readonly relay: BlobRelay;
  /** Agents that live, and where they listen to others. */
  readonly agents: {
    find(agentId: string): Promise<{ readonly artifactAddress?: PeerAddress | undefined } | undefined>;
  };
  readonly nodeName: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long an agent is waited for that is not there: about as long as one takes to be replaced. */
  readonly patienceMs?: number;
  readonly relayBytesMax?: number;
}

const patienceMsDefault = 60_000;
const tryAgainMs = 1_000;
/** What goes through Redis goes through its append-only file too. */
const relayBytesMaxDefault = 64 * 1024 ** 2;
const relaySilenceMaxMs = 20_000;
/** So long nobody waits again where nobody answered, unless there is no other way. */
const unreachableMs = 60_000;
const fetchesMax = 4;

type Attempt = { readonly kind: "here" } | { readonly kind: "again" | "never"; readonly why: string };
type NoWay = { readonly kind: "no way"; readonly why: string };

/** Brings blobs here from the agents that hold them: from one to the other where they reach each other, else through Redis. */
export class HeldBlobs {
  readonly #options: HeldBlobsOptions;
  readonly #fetching = new Map<string, Promise<Result<string>>>();
  readonly #unreachableUntilMs = new Map<string, number>();
  readonly #queue: (() => void)[] = [];
  #running = 0;

  constructor(options: HeldBlobsOptions) {
    this.#options = options;
  }

  /** The path of the record's blob on this machine. What many ask for at once comes once. */
  async fetch(record: ArtifactRecord): Promise<Result<string>> {
    const here = await this.#options.blobs.pathOf(record.sha256);
    if (here !== undefined) return ok(here);
    const underWay = this.#fetching.get(record.sha256);
    if (underWay !== undefined) return underWay;
    const fetching = this.#inTurn(() => this.#fetch(record)).finally(() => this.#fetching.delete(record.sha256));
    this.#fetching.set(record.sha256, fetching);
    return fetching;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= fetchesMax) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#queue.shift()?.();
    }
  }

  async #fetch(record: ArtifactRecord): Promise<Result<string>> {
    const { blobs, clock, logger, patienceMs = patienceMsDefault } = this.#options;
    const untilMs = clock.nowMs() + patienceMs;
    for (;;) {
      const attempt = await this.#attempt(record);
      if (attempt.kind === "here") {
        const path = await blobs.pathOf(record.sha256);
        if (path !== undefined) return ok(path);
      } else if (attempt.kind === "never" || clock.nowMs() >= untilMs) {
        return fail(`node ${record.holder.nodeName} held "${record.key}" (${record.bytes} bytes), and ${attempt.why}`);
      } else
        logger.info({ key: record.key, holder: record.holder.agentId, why: attempt.why }, "waiting for an artifact");
      await clock.sleep(tryAgainMs);
    }
  }

  async #attempt(record: ArtifactRecord): Promise<Attempt> {
    const { agents, nodeName, relayBytesMax = relayBytesMaxDefault } = this.#options;
    const { agentId } = record.holder;
    const agent = await agents.find(agentId);
    if (agent === undefined) {
      const why = `its agent ${agentId} is not there: start it, or run the step again that made the artifact`;
      return { kind: "again", why };
    }
    const { artifactAddress: address } = agent;
    const mayRelay = record.bytes <= relayBytesMax;
    if (address !== undefined && !(mayRelay && this.#isUnreachable(address))) {
      const direct = await this.#direct(record, address);
      if (direct.kind !== "no way") return direct;
      if (!mayRelay) {
        const noWay = `node ${nodeName} does not get it at ${address.host}:${address.port} (${direct.why})`;
        return { kind: "again", why: `${noWay}; through Redis go at most ${relayBytesMax} bytes` };
      }
    }
    if (mayRelay) return this.#relayed(record);
    const noWay = `its agent ${agentId} listens to no other (--transfer-host)`;
    return { kind: "again", why: `${noWay}; through Redis go at most ${relayBytesMax} bytes` };
  }

  #isUnreachable({ host, port }: PeerAddress): boolean {
    return (this.#unreachableUntilMs.get(`${host}:${port}`) ?? 0) > this.#options.clock.nowMs();
  }

  /** Whoever answers there may be another than the one that is meant, as clusters use the same addresses: then Redis is asked. */
  async #direct({ sha256, bytes }: ArtifactRecord, address: PeerAddress): Promise<Attempt | NoWay> {
    const { blobs, tokens, clock } = this.#options;
    const place = `${address.host}:${address.port}`;
    this.#unreachableUntilMs.delete(place);
    const opened = await openBlob(address, sha256, await tokens.tokenFor(sha256));
    if (opened.ok) {
      const received = await blobs.receive(opened.value, { sha256, bytes });
      return received.ok ? { kind: "here" } : { kind: "again", why: `it came broken: ${received.error.message}` };
    }
    const { kind, why } = opened.error;
    if (kind === "silent") this.#unreachableUntilMs.set(place, clock.nowMs() + unreachableMs);
    return { kind: kind === "busy" ? "again" : "no way", why };
  }

  async #relayed({ sha256, bytes, holder: { agentId } }: ArtifactRecord): Promise<Attempt> {
    const { blobs, relay } = this.#options;
    const parts = relay.fetch({ agentId, sha256, bytes }, relaySilenceMaxMs);
    const received = await blobs.receive(parts, { sha256, bytes });
    if (received.ok) return { kind: "here" };
    // Heard through Redis it is the agent's own word.
    const { reason } = received.error as { readonly reason?: unknown };
    return reason === "absent"
      ? { kind: "never", why: `its agent ${agentId} does not have it any more: run the step again that made it` }
      : { kind: "again", why: `its agent ${agentId} does not send it: ${received.error.message}` };
  }
}
