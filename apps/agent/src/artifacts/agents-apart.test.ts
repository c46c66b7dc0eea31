import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Artifact } from "@capstan/core";
import { createRedis, RedisArtifactDirectory, RedisBlobRelay, type RedisClient, Subscriptions } from "@capstan/redis";
import { type RedisServer, startRedis } from "@capstan/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { silentLogger } from "../logger.ts";
import { systemClock } from "../system-clock.ts";
import { aTask } from "../testing/a-task.ts";
import { type AgentArtifacts, agentArtifacts } from "./agent-artifacts.ts";
import type { PeerAddress } from "./direct-blobs.ts";

let server: RedisServer;
let redis: RedisClient;
let subscriptions: Subscriptions;
let folder: string;
let ends: (() => unknown)[];
/** Agents that live, and where they say that they listen. */
let living: Map<string, { readonly artifactAddress?: PeerAddress }>;
let relayed: number;

beforeAll(async () => {
  server = await startRedis();
  redis = createRedis(server.url, "worker");
  subscriptions = new Subscriptions(redis);
});
afterAll(async () => {
  subscriptions.close();
  redis.disconnect();
  await server.stop();
});
beforeEach(async () => {
  await redis.flushall();
  folder = mkdtempSync(join(tmpdir(), "capstan-apart-"));
  [ends, living, relayed] = [[], new Map(), 0];
});
afterEach(async () => {
  for (const end of ends) await end();
  rmSync(folder, { recursive: true, force: true });
});

interface AgentChanges {
  readonly secret?: string;
  readonly patienceMs?: number;
  /** Where it says that it listens; it is reached there when absent. */
  readonly address?: PeerAddress | "none";
}

async function anAgent(name: string, { secret = "secret", patienceMs = 0, address }: AgentChanges = {}) {
  const agentId = `east/default/${name}`;
  const relay = new RedisBlobRelay(redis, subscriptions);
  const agent = agentArtifacts({
    ...{ stateFolder: join(folder, name), clock: systemClock, logger: silentLogger, patienceMs, relayBytesMax: 1_000 },
    holder: { agentId, nodeName: name },
    directory: new RedisArtifactDirectory(redis),
    peerSecret: Promise.resolve(secret),
    agents: { find: async (id) => living.get(id) },
    relay,
  });
  ends.push(
    await relay.serve(agentId, (...part) => {
      relayed += 1;
      return agent.blobs.read(...part);
    }),
  );
  const listener = await agent.server.listen(0);
  ends.push(listener.stop);
  const artifactAddress = address ?? { host: "127.0.0.1", port: listener.port };
  living.set(agentId, artifactAddress === "none" ? {} : { artifactAddress });
  return { ...agent, agentId, port: listener.port };
}

const producer = aTask({}, { workflowName: "made", workflowUid: "made-uid" });
const consumer = aTask({}, { workflowName: "wants", workflowUid: "wants-uid" });
const keyed = (key: string, more: Partial<Artifact> = {}): Artifact => ({ name: "a", s3: { key }, ...more });

async function save({ artifacts }: AgentArtifacts, key: string, content: string | Buffer): Promise<void> {
  const path = join(folder, "output");
  writeFileSync(path, content);
  await artifacts.save(producer, key, { path, kind: "file" });
}

/** A folder of these files, saved as it is. */
async function saveFolder({ artifacts }: AgentArtifacts, key: string, files: Readonly<Record<string, string>>) {
  const tree = mkdtempSync(join(folder, "tree-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(tree, name, ".."), { recursive: true });
    if (text.startsWith("-> ")) symlinkSync(text.slice(3), join(tree, name));
    else writeFileSync(join(tree, name), text);
  }
  const path = join(folder, "output");
  execFileSync("tar", ["-cf", path, "-C", folder, tree.slice(folder.length + 1)]);
  await artifacts.save(producer, key, { path, kind: "folder" });
}

let targets = 0;

async function fetched({ artifacts }: AgentArtifacts, artifact: Artifact, task = consumer) {
  const target = join(folder, `target-${++targets}`);
  const result = await artifacts.fetch(task, artifact, target);
  return { result, target, text: () => readFileSync(target, "utf8") };
}

describe("an artifact of another agent", () => {
  test("comes from one to the other, and is kept for the next who asks", async () => {
    const [maker, user] = [await anAgent("one"), await anAgent("two")];
    const content = randomBytes(3_000_000);
    await save(maker, "made/a", content);
    const first = await fetched(user, keyed("made/a"));
    expect(first.result).toEqual({ ok: true, value: "fetched" });
    expect(readFileSync(first.target).equals(content)).toBe(true);
    living.clear();
    expect((await fetched(user, keyed("made/a"))).result).toEqual({ ok: true, value: "fetched" });
    expect(relayed).toBe(0);
  });

  test("comes once, however many want it at once", async () => {
    const [maker, user] = [await anAgent("one", { address: "none" }), await anAgent("two")];
    await save(maker, "made/a", "text");
    const all = await Promise.all(Array.from({ length: 20 }, () => fetched(user, keyed("made/a"))));
    expect(new Set(all.map(({ text }) => text()))).toEqual(new Set(["text"]));
    expect(relayed).toBe(1);
  });

  test("is missing where nobody has written its key, or only another namespace has", async () => {
    const [maker, user] = [await anAgent("one"), await anAgent("two")];
    await save(maker, "made/a", "text");
    expect((await fetched(user, keyed("made/b"))).result).toEqual({ ok: true, value: "missing" });
    const stranger = aTask({}, { namespace: "other" });
    expect((await fetched(user, keyed("made/a"), stranger)).result).toEqual({ ok: true, value: "missing" });
    expect(await user.artifacts.has(stranger, keyed("made/a"))).toEqual({ ok: true, value: false });
    expect(await user.artifacts.has(consumer, keyed("made/a"))).toEqual({ ok: true, value: true });
  });

  test("is the one that was written last, whoever wrote it", async () => {
    const [one, two, three] = [await anAgent("one"), await anAgent("two"), await anAgent("three")];
    await save(one, "shared", "first");
    expect((await fetched(two, keyed("shared"))).text()).toBe("first");
    await save(two, "shared", "second");
    for (const agent of [one, two, three]) expect((await fetched(agent, keyed("shared"))).text()).toBe("second");
  });

  test("that is a folder comes with all below it; a key below it is a file or a folder of it", async () => {
    const [maker, user] = [await anAgent("one"), await anAgent("two")];
    await saveFolder(maker, "made/tree", { "a.txt": "A", "deep/b.txt": "B" });
    expect(readdirSync((await fetched(user, keyed("made/tree"))).target).sort()).toEqual(["a.txt", "deep"]);
    expect((await fetched(user, keyed("made/tree/deep/b.txt"))).text()).toBe("B");
    expect(readdirSync((await fetched(user, keyed("made/tree/deep"))).target)).toEqual(["b.txt"]);
    expect((await fetched(user, keyed("made/tree/none"))).result).toEqual({ ok: true, value: "missing" });
    for (const [key, has] of [
      ["deep", true],
      ["deep/b.txt", true],
      ["dee", false],
    ] as const)
      expect(await user.artifacts.has(consumer, keyed(`made/tree/${key}`))).toEqual({ ok: true, value: has });
    expect(await user.artifacts.list(consumer, "made/")).toEqual({
      ok: true,
      value: ["made/tree/a.txt", "made/tree/deep/b.txt"],
    });
    expect(await user.artifacts.list(consumer, "made/tree/deep/")).toEqual({
      ok: true,
      value: ["made/tree/deep/b.txt"],
    });
  });

  test("a key above several is a folder of them", async () => {
    const [one, two] = [await anAgent("one"), await anAgent("two")];
    await save(one, "parts/1", "1");
    await saveFolder(two, "parts/more/2", { file: "2" });
    const { target } = await fetched(one, keyed("parts"));
    expect(readdirSync(target).sort()).toEqual(["1", "more"]);
    expect(readFileSync(join(target, "more/2/file"), "utf8")).toBe("2");
  });

  test.each([{}, { mode: 0o777 }])("a link is no artifact, whatever it leads to: %j", async (more) => {
    const secret = join(folder, "secret");
    writeFileSync(secret, "the agent's", { mode: 0o600 });
    symlinkSync(secret, join(folder, "link"));
    const path = join(folder, "output");
    execFileSync("tar", ["-czf", path, "-C", folder, "link"]);
    const agent = await anAgent("one");
    await agent.artifacts.save(producer, "made/a", { path, kind: "file" });
    const { result, target } = await fetched(agent, { ...keyed("made/a"), ...more });
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining("is a symbolic link") });
    expect(existsSync(target)).toBe(false);
    expect(statSync(secret).mode & 0o777).toBe(0o600);
  });

  test.each(["link/secret", "link", "away", "../secret"])("a link in a folder leads nowhere: %s", async (inside) => {
    const [maker, user] = [await anAgent("one"), await anAgent("two")];
    const secrets = join(folder, "secrets");
    mkdirSync(secrets);
    writeFileSync(join(secrets, "secret"), "token");
    await saveFolder(maker, "tree", { link: `-> ${secrets}`, away: `-> ${join(secrets, "secret")}` });
    expect((await fetched(user, keyed(`tree/${inside}`))).result).toEqual({ ok: true, value: "missing" });
  });
});

describe("agents that do not reach each other", () => {
  test("hand small artifacts over through Redis, which keeps nothing of them", async () => {
    const [maker, user] = [await anAgent("one", { address: { host: "127.0.0.1", port: 1 } }), await anAgent("two")];
    await save(maker, "made/a", "x".repeat(1_000));
    expect((await fetched(user, keyed("made/a"))).text()).toBe("x".repeat(1_000));
    expect(relayed).toBe(1);
    expect(await redis.keys("{blob:*")).toEqual([]);
  });

  test.each<{ what: string; address: PeerAddress | "none"; why: RegExp }>([
    {
      what: "cannot be reached",
      address: { host: "127.0.0.1", port: 1 },
      why: /node two does not get it at 127\.0\.0\.1:1 \(connect ECONNREFUSED.*\); through Redis go at most 1000 bytes$/,
    },
    {
      what: "listens to nobody",
      address: "none",
      why: /its agent east\/default\/one listens to no other \(--transfer-host\); through Redis go at most 1000 bytes$/,
    },
  ])("say so of a large one, where its agent $what", async ({ address, why }) => {
    const [maker, user] = [await anAgent("one", { address }), await anAgent("two")];
    await save(maker, "made/a", "x".repeat(1_001));
    const { result } = await fetched(user, keyed("made/a"));
    expect(result.ok ? "" : result.error).toMatch(/^artifact "a": node one held "made\/a" \(1001 bytes\), and /);
    expect(result.ok ? "" : result.error).toMatch(why);
    expect(relayed).toBe(0);
  });

  test("ask Redis too when another answers at the address that was said", async () => {
    const [maker, stranger, user] = [
      await anAgent("one"),
      await anAgent("stranger", { secret: "another installation's" }),
      await anAgent("two"),
    ];
    await save(maker, "made/a", "text");
    living.set(maker.agentId, { artifactAddress: { host: "127.0.0.1", port: stranger.port } });
    expect((await fetched(user, keyed("made/a"))).text()).toBe("text");
    expect(relayed).toBe(1);
  });

  test("wait only once for an address where nobody answers", async () => {
    // Takes connections and is silent, as a line that swallows packets.
    let knocks = 0;
    const silent = createServer(() => {
      knocks += 1;
    });
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    ends.push(() => silent.close());
    const address = { host: "127.0.0.1", port: (silent.address() as { port: number }).port };
    const [maker, user] = [await anAgent("one", { address }), await anAgent("two")];
    for (const key of ["made/a", "made/b"]) {
      await save(maker, key, key);
      expect((await fetched(user, keyed(key))).text()).toBe(key);
    }
    expect([knocks, relayed]).toEqual([1, 2]);
  }, 20_000);
});

describe("when the agent that holds it", () => {
  test("is gone, the error names node, artifact and what to do", async () => {
    const [maker, user] = [await anAgent("one"), await anAgent("two")];
    await save(maker, "made/a", "text");
    living.delete(maker.agentId);
    expect((await fetched(user, keyed("made/a"))).result).toEqual({
      ok: false,
      error:
        'artifact "a": node one held "made/a" (4 bytes), and its agent east/default/one is not there: ' +
        "start it, or run the step again that made the artifact",
    });
  });

  test("comes back while somebody waits, it is fetched", async () => {
    const [maker, user] = [await anAgent("one"), await anAgent("two", { patienceMs: 60_000 })];
    await save(maker, "made/a", "text");
    const said = living.get(maker.agentId) ?? {};
    living.delete(maker.agentId);
    const waiting = fetched(user, keyed("made/a"));
    living.set(maker.agentId, said);
    expect((await waiting).text()).toBe("text");
  });

  test("has lost it, nobody waits for it", async () => {
    const [maker, user] = [await anAgent("one"), await anAgent("two", { patienceMs: 600_000 })];
    await save(maker, "made/a", "text");
    rmSync(join(folder, "one"), { recursive: true });
    const { result } = await fetched(user, keyed("made/a"));
    expect(result.ok ? "" : result.error).toMatch(/one does not have it any more: run the step again that made it$/);
  });

  test.each<AgentChanges>([{}, { address: "none" }])(
    "sends less than was saved, it is not taken: %o",
    async (changes) => {
      const [maker, user] = [await anAgent("one", changes), await anAgent("two")];
      await save(maker, "made/a", "text");
      const [blob = ""] = readdirSync(join(folder, "one/artifacts/blobs"));
      truncateSync(join(folder, "one/artifacts/blobs", blob), 2);
      const { result } = await fetched(user, keyed("made/a"));
      expect(result.ok ? "" : result.error).toMatch(/2 of 4 bytes came$/);
      writeFileSync(join(folder, "one/artifacts/blobs", blob), "Text");
      const other = await fetched(user, keyed("made/a"));
      expect(other.result.ok ? "" : other.result.error).toMatch(/what came is not what was saved$/);
      expect(readdirSync(join(folder, "two/artifacts/blobs"))).toEqual([]);
    },
  );
});

test("a blob is handed to agents of the installation alone", async () => {
  const maker = await anAgent("one");
  await save(maker, "made/a", "text");
  const [blob = ""] = readdirSync(join(folder, "one/artifacts/blobs"));
  const ask = async (path: string, headers: Record<string, string> = {}) =>
    (await fetch(`http://127.0.0.1:${maker.port}${path}`, { headers })).status;
  expect(await ask(`/v1/blobs/${blob}`)).toBe(401);
  expect(await ask(`/v1/blobs/${blob}`, { authorization: `Bearer ${Date.now() + 60_000}.${"x".repeat(43)}` })).toBe(
    401,
  );
  expect(await ask("/v1/blobs/../records")).toBe(404);
  expect(await ask("/v1/blobs/..%2f..%2fsecret")).toBe(404);
});

test("what was taken before a crash and not told is told when it is saved again", async () => {
  const [maker, user] = [await anAgent("one"), await anAgent("two")];
  await save(maker, "made/a", "text");
  await redis.flushall();
  expect((await fetched(user, keyed("made/a"))).result).toEqual({ ok: true, value: "missing" });
  expect((await fetched(maker, keyed("made/a"))).text()).toBe("text");
  await maker.artifacts.save(producer, "made/a", { path: join(folder, "gone"), kind: "file" });
  expect((await fetched(user, keyed("made/a"))).text()).toBe("text");
});
