import type { ArtifactDirectory, ArtifactRecord } from "@capstan/core";
import { decodeArtifactRecord, encodeArtifactRecord } from "@capstan/protocol";
import type { RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";
import { Script } from "./script.ts";

const artifactPut = new Script("artifact-put");
const artifactRemove = new Script("artifact-remove");
const directoryKeys = [keys.artifacts, keys.artifactNames];
const scanPageSize = 200;

/** The directory of all agents' artifacts, in one slot. Records that a newer Capstan wrote are passed over. */
export class RedisArtifactDirectory implements ArtifactDirectory {
  readonly #redis: RedisClient;

  constructor(redis: RedisClient) {
    this.#redis = redis;
  }

  async put(record: ArtifactRecord): Promise<void> {
    await artifactPut.run(this.#redis, directoryKeys, [nameOf(record), encodeArtifactRecord(record)]);
  }

  async find(namespace: string, artifactKeys: readonly string[]): Promise<readonly (ArtifactRecord | undefined)[]> {
    if (artifactKeys.length === 0) return [];
    const names = artifactKeys.map((key) => nameOf({ namespace, key }));
    return (await this.#redis.hmget(keys.artifacts, ...names)).map(recordIn);
  }

  async list(namespace: string, prefix: string, after: string, limit: number): Promise<readonly string[]> {
    const start = nameOf({ namespace, key: prefix });
    const from = after > prefix ? `(${nameOf({ namespace, key: after })}` : `[${start}`;
    // 0xff is in no UTF-8 text: it comes after all that begin with the prefix.
    const end = Buffer.concat([Buffer.from(`(${start}`), Buffer.from([0xff])]);
    const names = await this.#redis.zrangebylex(keys.artifactNames, from, end, "LIMIT", 0, limit);
    return names.map((name) => name.slice(namespace.length + 1));
  }

  async remove(record: ArtifactRecord): Promise<void> {
    await artifactRemove.run(this.#redis, directoryKeys, [nameOf(record), encodeArtifactRecord(record)]);
  }

  async scan(cursor: string): Promise<{ readonly records: readonly ArtifactRecord[]; readonly cursor: string }> {
    const [next, fields] = await this.#redis.hscan(keys.artifacts, cursor, "COUNT", scanPageSize);
    const records = fields.filter((_, index) => index % 2 === 1).map(recordIn);
    return { records: records.filter((record) => record !== undefined), cursor: next };
  }
}

/** Namespaces hold no slash. */
function nameOf({ namespace, key }: Pick<ArtifactRecord, "namespace" | "key">): string {
  return `${namespace}/${key}`;
}

function recordIn(text: string | null): ArtifactRecord | undefined {
  const decoded = text === null ? undefined : decodeArtifactRecord(text);
  return decoded?.ok ? decoded.value : undefined;
}
