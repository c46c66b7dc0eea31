import type { NodeStatus, StoredWorkflow, WorkflowBundle, WorkflowHeader } from "@capstan/core";
import type { RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";

/** Above this many nodes they are read in slices, so that one large workflow does not hold up everybody else's commands. */
const nodesPerReadMax = 2_000;

/** Reads a workflow. While its owner commits, nodes may be newer than the header: the change log after a get tells the rest. */
export async function loadStoredWorkflow(
  redis: RedisClient,
  shard: number,
  uid: string,
): Promise<StoredWorkflow | undefined> {
  const [head, nodeCount] = await Promise.all([
    loadStoredHead(redis, shard, uid),
    redis.hlen(keys.workflowNodes(shard, uid)),
  ]);
  if (head === undefined) return undefined;
  const nodesKey = keys.workflowNodes(shard, uid);
  const texts = nodeCount <= nodesPerReadMax ? await redis.hvals(nodesKey) : await scanValues(redis, nodesKey);
  return { ...head, nodes: texts.map((text) => JSON.parse(text) as NodeStatus) };
}

/** Reads a workflow without its nodes. */
export async function loadStoredHead(
  redis: RedisClient,
  shard: number,
  uid: string,
): Promise<Omit<StoredWorkflow, "nodes"> | undefined> {
  const fields = await redis.hmget(keys.workflow(shard, uid), "bundle", "submittedAtMs", "header");
  const [bundle, submittedAtMs, header] = fields;
  if (!bundle || !submittedAtMs || !header) return undefined;
  return {
    uid,
    submittedAtMs: Number(submittedAtMs),
    bundle: JSON.parse(bundle) as WorkflowBundle,
    header: JSON.parse(header) as WorkflowHeader,
  };
}

async function scanValues(redis: RedisClient, key: string): Promise<readonly string[]> {
  // A scan may give a field twice when the hash grows or shrinks meanwhile.
  const values = new Map<string, string>();
  for await (const fields of scanFields(redis, key)) {
    for (let index = 0; index + 1 < fields.length; index += 2) values.set(fields[index] ?? "", fields[index + 1] ?? "");
  }
  return [...values.values()];
}

/** A workflow's nodes in pages; one that changes meanwhile may come twice. */
export async function* scanNodes(
  redis: RedisClient,
  shard: number,
  uid: string,
): AsyncGenerator<readonly NodeStatus[]> {
  for await (const fields of scanFields(redis, keys.workflowNodes(shard, uid))) {
    const nodes: NodeStatus[] = [];
    for (let index = 1; index < fields.length; index += 2)
      nodes.push(JSON.parse(fields[index] ?? "null") as NodeStatus);
    yield nodes;
  }
}

/** The next page is on its way while one is worked on. */
async function* scanFields(redis: RedisClient, key: string): AsyncGenerator<readonly string[]> {
  let next = redis.hscan(key, "0", "COUNT", nodesPerReadMax);
  for (;;) {
    const [cursor, fields] = await next;
    if (cursor === "0") return yield fields;
    next = redis.hscan(key, cursor, "COUNT", nodesPerReadMax);
    // Whoever stops half-way leaves it behind.
    next.catch(() => {});
    yield fields;
  }
}
