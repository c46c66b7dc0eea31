import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@capstan/testkit";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { workspace } from "../../deploy/docker/image-sources.ts";

const source = join(workspace, "deploy/kustomize/base/redis");
const passwords = { coordinator: "coordinator's secret", agent: "agent's secret" };

/** redis-server with the configuration and the users of deploy/, whose folders are put into one of the test. */
class DeployedRedis {
  readonly #folder = mkdtempSync(join(tmpdir(), "capstan-redis-"));
  readonly #clients: Redis[] = [];
  #server: ChildProcess | undefined;
  #port = 0;

  async start(): Promise<void> {
    const place = (text: string): string =>
      ["/config", "/run/redis", "/more-users", "/data"].reduce(
        (moved, folder) => moved.replaceAll(new RegExp(`(?<![\\w/])${folder}(?=[/\\s])`, "g"), this.#folder + folder),
        text,
      );
    for (const folder of ["config", "run/redis", "more-users", "data"])
      mkdirSync(join(this.#folder, folder), { recursive: true });
    for (const file of ["redis.conf", "users.acl", "write-users.sh"])
      writeFileSync(join(this.#folder, "config", file), place(readFileSync(join(source, file), "utf8")));
    writeFileSync(join(this.#folder, "more-users/east.acl"), "user east on >secret ~east:* -@all +get\n");
    execFileSync("sh", [join(this.#folder, "config/write-users.sh")], {
      env: { ...process.env, COORDINATOR_PASSWORD: passwords.coordinator, AGENT_PASSWORD: passwords.agent },
    });
    this.#port = await freePort();
    const flags = ["--port", String(this.#port), "--bind", "127.0.0.1"];
    const server = spawn("redis-server", [join(this.#folder, "config/redis.conf"), ...flags], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#server = server;
    for await (const text of server.stdout) if (String(text).includes("Ready to accept connections")) break;
    server.stdout.resume();
  }

  /** As Kubernetes does: SIGTERM, then a new process over the same files. */
  async restart(): Promise<void> {
    await this.#stopServer();
    await this.start();
  }

  connect(username?: keyof typeof passwords | "probe" | "east", password?: string): Redis {
    const credentials = username === undefined ? {} : { username, password: password ?? passwordOf(username) };
    const server = { host: "127.0.0.1", port: this.#port, enableReadyCheck: false, retryStrategy: null };
    const client = new Redis({ ...server, ...credentials });
    client.on("error", () => undefined);
    this.#clients.push(client);
    return client;
  }

  async stop(): Promise<void> {
    await this.#stopServer();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #stopServer(): Promise<void> {
    for (const client of this.#clients.splice(0)) client.disconnect();
    const server = this.#server;
    if (server === undefined || server.exitCode !== null) return;
    server.kill("SIGTERM");
    await once(server, "exit");
  }
}

function passwordOf(username: string): string {
  if (username === "coordinator" || username === "agent") return passwords[username];
  return username === "east" ? "secret" : "none";
}

describe("Redis as deploy/ starts it", () => {
  const redis = new DeployedRedis();
  beforeAll(() => redis.start());
  afterAll(() => redis.stop());

  it("keeps what a script wrote when it is started anew", async () => {
    // A script's writes are a transaction in the append-only file, which Redis reads with the rights of its default user.
    const write = "for _, key in ipairs(KEYS) do redis.call('SET', key, 'kept') end";
    await redis.connect("coordinator").eval(write, 2, "{s1}:one", "{s1}:two");
    await redis.restart();
    expect(await redis.connect("coordinator").mget("{s1}:one", "{s1}:two")).toEqual(["kept", "kept"]);
  });

  it("lets nobody in without a password", async () => {
    await expect(redis.connect().get("key")).rejects.toThrow(/NOAUTH/);
    await expect(redis.connect("agent", "guessed").get("key")).rejects.toThrow(/WRONGPASS|NOAUTH/);
  });

  it("lets the probe ask whether it is there, and no more", async () => {
    const probe = redis.connect("probe");
    expect(await probe.ping()).toBe("PONG");
    await expect(probe.get("key")).rejects.toThrow(/NOPERM/);
  });

  it.each(["coordinator", "agent"] as const)("keeps what administrators do from %s", async (user) => {
    const client = redis.connect(user);
    for (const call of [
      () => client.flushall(),
      () => client.config("GET", "dir"),
      () => client.call("ACL", "LIST"),
      () => client.call("SHUTDOWN"),
    ])
      await expect(call()).rejects.toThrow(/NOPERM/);
  });

  it("knows the users of other clusters", async () => {
    const east = redis.connect("east");
    expect(await east.get("east:key")).toBeNull();
    await expect(east.get("{s1}:one")).rejects.toThrow(/NOPERM/);
  });
});
