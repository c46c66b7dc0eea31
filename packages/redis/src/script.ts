import { readFileSync } from "node:fs";
import type { RedisClient } from "./connection.ts";

type ScriptArgument = string | number | Buffer;
type ScriptMethod = (argumentList: readonly ScriptArgument[]) => Promise<unknown>;

/** One atomic operation: a Lua file of `scripts/`, sent by its digest once the server knows it. */
export class Script {
  readonly #command: string;
  readonly #lua: string;
  readonly #definedOn = new WeakSet<RedisClient>();

  /** `file` is the name of a file in `scripts/`, without `.lua`. */
  constructor(file: string) {
    this.#command = `capstan:${file}`;
    this.#lua = readFileSync(new URL(`./scripts/${file}.lua`, import.meta.url), "utf8");
  }

  run(redis: RedisClient, keys: readonly string[], argumentList: readonly ScriptArgument[]): Promise<unknown> {
    if (!this.#definedOn.has(redis)) {
      redis.defineCommand(this.#command, { lua: this.#lua });
      this.#definedOn.add(redis);
    }
    // The method exists since defineCommand; the list is one argument because a commit can have more than a call may have.
    const methods = redis as unknown as { readonly [command: string]: ScriptMethod | undefined };
    const method = methods[this.#command];
    if (method === undefined) throw new Error(`the script ${this.#command} is not defined`);
    return method.call(redis, [keys.length, ...keys, ...argumentList]);
  }
}
