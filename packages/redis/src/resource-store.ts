import type { JsonObject, ResourceKind, ResourcePage, ResourceRef, ResourceStore, StoredResource } from "@capstan/core";
import type { RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";
import { Script } from "./script.ts";

const putScript = new Script("resource-put");
const removeScript = new Script("resource-remove");

// Below every character of a name, so that members sort by namespace, then name: a "/" would put "team-a/x" before "team/a".
const separator = "\u0001";
const afterSeparator = "\u0002";

/** One hash a kind; a sorted set of the names beside it gives lists their order and pages. */
export class RedisResourceStore implements ResourceStore {
  readonly #redis: RedisClient;

  constructor(redis: RedisClient) {
    this.#redis = redis;
  }

  async create(ref: ResourceRef, object: JsonObject): Promise<StoredResource | undefined> {
    const version = await this.#put("create", ref, object, "");
    return version === 0 ? undefined : { ...ref, version, object };
  }

  async get(ref: ResourceRef): Promise<StoredResource | undefined> {
    const value = await this.#redis.hget(keys.resources(ref.kind), memberOf(ref));
    return value === null ? undefined : decode(ref.kind, memberOf(ref), value);
  }

  async replace(
    ref: ResourceRef,
    object: JsonObject,
    expectedVersion?: number,
  ): Promise<StoredResource | "absent" | "conflict"> {
    const version = await this.#put("replace", ref, object, expectedVersion === undefined ? "" : `${expectedVersion}`);
    if (version === 0) return "absent";
    return version < 0 ? "conflict" : { ...ref, version, object };
  }

  async remove(ref: ResourceRef): Promise<boolean> {
    const kindKeys = [keys.resources(ref.kind), keys.resourceNames(ref.kind)];
    return (await removeScript.run(this.#redis, kindKeys, [memberOf(ref)])) === 1;
  }

  async list(query: {
    readonly kind: ResourceKind;
    readonly namespace?: string;
    readonly limit: number;
    readonly continueToken?: string;
  }): Promise<ResourcePage> {
    const [first, end] =
      query.namespace === undefined
        ? ["-", "+"]
        : [`[${query.namespace}${separator}`, `(${query.namespace}${afterSeparator}`];
    const from = query.continueToken === undefined ? first : `(${query.continueToken}`;
    const found = await this.#redis.zrangebylex(keys.resourceNames(query.kind), from, end, "LIMIT", 0, query.limit + 1);
    const members = found.slice(0, query.limit);
    if (members.length === 0) return { items: [] };
    const values = await this.#redis.hmget(keys.resources(query.kind), ...members);
    const items = members.flatMap((member, index) => {
      const value = values[index];
      // Removed between the two reads.
      return value === null || value === undefined ? [] : [decode(query.kind, member, value)];
    });
    const last = members.at(-1);
    return found.length > query.limit && last !== undefined ? { items, continueToken: last } : { items };
  }

  async #put(mode: "create" | "replace", ref: ResourceRef, object: JsonObject, expected: string): Promise<number> {
    const touched = [keys.resources(ref.kind), keys.resourceNames(ref.kind), keys.resourceVersion];
    return Number(await putScript.run(this.#redis, touched, [mode, memberOf(ref), JSON.stringify(object), expected]));
  }
}

function memberOf(ref: ResourceRef): string {
  return `${ref.namespace}${separator}${ref.name}`;
}

function decode(kind: ResourceKind, member: string, value: string): StoredResource {
  const border = member.indexOf(separator);
  const space = value.indexOf(" ");
  return {
    kind,
    namespace: member.slice(0, border),
    name: member.slice(border + 1),
    version: Number(value.slice(0, space)),
    object: JSON.parse(value.slice(space + 1)) as JsonObject,
  };
}
