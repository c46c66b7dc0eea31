import { createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "@capstan/core";

const validMs = 10 * 60_000;

/** What agents of one installation prove themselves with to each other, for one blob and some minutes: a keyed hash of both. */
export class PeerTokens {
  readonly #secret: Promise<string>;
  readonly #clock: Clock;

  constructor(secret: Promise<string>, clock: Clock) {
    this.#secret = secret;
    this.#clock = clock;
  }

  async tokenFor(sha256: string): Promise<string> {
    const untilMs = this.#clock.nowMs() + validMs;
    return `${untilMs}.${await this.#signature(sha256, untilMs)}`;
  }

  async isTokenFor(sha256: string, token: string): Promise<boolean> {
    const [, until = "", signature = ""] = /^(\d{1,16})\.([\w-]{43})$/.exec(token) ?? [];
    const leftMs = Number(until) - this.#clock.nowMs();
    // Neither machine's clock need be right, only near.
    if (until === "" || leftMs < 0 || leftMs > 2 * validMs) return false;
    const expected = await this.#signature(sha256, Number(until));
    return timingSafeEqual(Buffer.from(expected), Buffer.from(signature));
  }

  async #signature(sha256: string, untilMs: number): Promise<string> {
    return createHmac("sha256", await this.#secret)
      .update(`blob:${sha256}:${untilMs}`)
      .digest("base64url");
  }
}
