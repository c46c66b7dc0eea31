import { randomBytes } from "node:crypto";
import { fail, ok, type Result } from "@capstan/core";
import type { RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";

/** Raised when keys change in a way that an older Capstan would misread. */
const schemaVersion = 1;

/** What the first coordinator that ever started on this Redis decided for all. */
export interface Installation {
  readonly shardCount: number;
  /** Tells what belongs to it from what belongs to others, where several share a cluster or a machine. */
  readonly id: string;
  /** By it agents know each other; nobody has it who may not read this store. */
  readonly peerSecret: string;
}

/**
 * Writes the number of shards at the first start, and refuses any other afterwards: a workflow's shard is computed from it,
 * so with another number nobody would find what is stored.
 */
export async function claimInstallation(
  redis: RedisClient,
  wanted: Pick<Installation, "shardCount">,
): Promise<Result<Installation>> {
  await redis.hsetnx(keys.installation, "shardCount", wanted.shardCount);
  await redis.hsetnx(keys.installation, "schemaVersion", schemaVersion);
  await redis.hsetnx(keys.installation, "id", randomBytes(4).toString("hex"));
  await redis.hsetnx(keys.installation, "peerSecret", randomBytes(32).toString("base64url"));
  const fields = ["shardCount", "schemaVersion", "id", "peerSecret"] as const;
  const [shardCount, version, id, peerSecret] = await redis.hmget(keys.installation, ...fields);
  if (Number(version) > schemaVersion) {
    return fail(
      `this Redis was written by a newer Capstan (schema ${version}; this one knows ${schemaVersion}): update this process`,
    );
  }
  if (Number(shardCount) !== wanted.shardCount) {
    return fail(
      `this Redis was set up with ${shardCount} shards, but ${wanted.shardCount} are configured: ` +
        `configure ${shardCount} shards, or start with an empty Redis`,
    );
  }
  return ok({ ...wanted, id: id ?? "", peerSecret: peerSecret ?? "" });
}

/** What is written there; undefined when no coordinator of this version or a newer one has started on this Redis. */
export async function readInstallation(redis: RedisClient): Promise<Installation | undefined> {
  const [shardCount, id, peerSecret] = await redis.hmget(keys.installation, "shardCount", "id", "peerSecret");
  if (typeof shardCount !== "string" || typeof id !== "string" || typeof peerSecret !== "string") return undefined;
  return { shardCount: Number(shardCount), id, peerSecret };
}
