import { fail, ok, type Result } from "@capstan/core";
import type { RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";

/** Raised when keys change in a way that an older Capstan would misread. */
const schemaVersion = 1;

/** What the first coordinator that ever started on this Redis decided for all. */
export interface Installation {
  readonly shardCount: number;
}

/**
 * Writes the number of shards at the first start, and refuses any other afterwards: a workflow's shard is computed from it,
 * so with another number nobody would find what is stored.
 */
export async function claimInstallation(redis: RedisClient, wanted: Installation): Promise<Result<Installation>> {
  await redis.hsetnx(keys.installation, "shardCount", wanted.shardCount);
  await redis.hsetnx(keys.installation, "schemaVersion", schemaVersion);
  const [shardCount, version] = await redis.hmget(keys.installation, "shardCount", "schemaVersion");
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
  return ok(wanted);
}

/** What is written there; undefined when no coordinator has ever started on this Redis. */
export async function readInstallation(redis: RedisClient): Promise<Installation | undefined> {
  const shardCount = await redis.hget(keys.installation, "shardCount");
  return shardCount === null ? undefined : { shardCount: Number(shardCount) };
}
