import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * What a Pod proves itself with to its agent: a keyed hash of its task's id. Nothing is stored, so an agent that was restarted knows the
 * tokens of its Pods, and one task's token opens nothing of another's.
 */
export class TransferTokens {
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  tokenOf(taskId: string): string {
    return createHmac("sha256", this.#key).update(`transfer:${taskId}`).digest("base64url");
  }

  isTokenOf(taskId: string, token: string): boolean {
    const expected = Buffer.from(this.tokenOf(taskId));
    const given = Buffer.from(token);
    return expected.length === given.length && timingSafeEqual(expected, given);
  }
}
