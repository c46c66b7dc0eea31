import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentAcl } from "@capstan/redis";
import { freePort } from "@capstan/testkit";
import { Redis } from "ioredis";
import { workspace } from "../../deploy/docker/image-sources.ts";

const source = join(workspace, "deploy/kustomize/base/redis");
const passwords = { coordinator: "coordinator's secret", agent: "agent's secret", east: "secret" };

/** redis-server with the configuration and the users of deploy/, whose folders are put into one of the test. */
export class DeployedRedis {
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
    writeFileSync(join(this.#folder, "more-users/east.acl"), eastUser());
    execFileSync("sh", [join(this.#folder, "config/write-users.sh")], {
      env: {
        ...process.env,
        COORDINATOR_PASSWORD: passwords.coordinator,
        AGENT_PASSWORD: passwords.agent,
        AGENT_POOL: "default",
        AGENT_CLUSTER: "local",
      },
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

  connect(username?: keyof typeof passwords | "probe", password?: string): Redis {
    const credentials = username === undefined ? {} : { username, password: password ?? passwordOf(username) };
    const server = { host: "127.0.0.1", port: this.#port, enableReadyCheck: false, retryStrategy: null };
    const client = new Redis({ ...server, ...credentials });
    client.on("error", () => undefined);
    this.#clients.push(client);
    return client;
  }

  /** The address for a process of ours that is this user. */
  urlOf(username: keyof typeof passwords): string {
    return `redis://${username}:${encodeURIComponent(passwords[username])}@127.0.0.1:${this.#port}`;
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

/** What `capstan agent acl` prints for the agents of another cluster. */
function eastUser(): string {
  const passwordSha256 = createHash("sha256").update(passwords.east).digest("hex");
  const line = agentAcl({ user: "east", passwordSha256, pool: "east", cluster: "east" });
  if (!line.ok) throw new Error(line.error);
  return `${line.value}\n`;
}

function passwordOf(username: keyof typeof passwords | "probe"): string {
  return username === "probe" ? "none" : passwords[username];
}
