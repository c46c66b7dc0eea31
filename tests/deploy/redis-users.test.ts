import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { agentAcl, claimInstallation, RedisPodSource } from "@capstan/redis";
import { freePort } from "@capstan/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { workspace } from "../../deploy/docker/image-sources.ts";
import { NodeChild } from "../system/node-child.ts";
import { DeployedRedis } from "./deployed-redis.ts";

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

  it.each([
    { user: "agent", pool: "default" },
    { user: "east", pool: "east" },
  ] as const)(
    "lets $user do an agent's work: pull tasks, report, serve logs and Pods, hear of cancellations",
    async ({ user, pool }) => {
      const state = mkdtempSync(join(tmpdir(), "capstan-agent-"));
      const port = await freePort();
      const server = `http://127.0.0.1:${port}`;
      const coordinator = new NodeChild("apps/coordinator/src/main.ts", [
        ...["--redis", redis.urlOf("coordinator"), "--port", String(port), "--shards", "4", "--default-pool", pool],
      ]);
      const agent = new NodeChild("apps/agent/src/main.ts", [
        ...[
          "--redis",
          redis.urlOf(user),
          "--pool",
          pool,
          "--runtime",
          "process",
          "--state-dir",
          state,
          "--kill-grace-seconds",
          "1",
        ],
      ]);
      try {
        const capstan = (...args: readonly string[]): Promise<string> => runCli(server, args);
        await untilReady(server);
        const [name = ""] = (await capstan("submit", "examples/hello-world.yaml", "-o", "name")).trim().split("\n");
        await capstan("wait", name);
        expect(await capstan("logs", name)).toContain("hello world");
        const asked = await new RedisPodSource(redis.connect("coordinator")).requestPod({ id: "some.task.0", pool });
        expect(asked).toEqual({ ok: true, value: undefined });
        const endlessName = `endless-${pool}`;
        writeFileSync(join(state, "endless.yaml"), endless.replace("NAME", endlessName));
        await capstan("submit", join(state, "endless.yaml"));
        await capstan("terminate", endlessName);
        await expect(capstan("wait", endlessName)).rejects.toThrow();
        expect(await capstan("get", endlessName, "-o", "json")).toContain('"phase": "Failed"');
      } finally {
        await Promise.all([agent.stop(), coordinator.stop()]);
        rmSync(state, { recursive: true, force: true });
      }
    },
  );

  it("keeps workflows and what others hold from agents", async () => {
    const agent = redis.connect("agent");
    for (const call of [
      () => agent.xrange("{s1}:inbox", "-", "+"),
      () => agent.del("{s1}:inbox"),
      () => agent.hset("{s1}:wf:uid", "phase", "Succeeded"),
      () => agent.set("{s1}:lease", "mine"),
      () => agent.smembers("{index}:all"),
      () => agent.hget("{resources}:ConfigMap", "secret"),
      () => agent.publish("capstan:workflows-changed", "x"),
      () => agent.scan("0"),
      () => agent.get("{capstan:gpu}:window"),
      () => agent.get("{capstan:cluster=east}:window"),
    ])
      await expect(call()).rejects.toThrow(/NOPERM/);
  });

  it("gives agents here the tasks of their pool, their cluster and of every selector", async () => {
    const agent = redis.connect("agent");
    for (const pool of [
      "default",
      "pool=default;cluster=local",
      "selector=zone in(a,b)",
      "cluster=local;selector=!spot",
    ])
      expect(await agent.exists(`{capstan:${pool}}:window`)).toBeTypeOf("number");
  });

  it("has in users.acl what capstan agent acl prints", () => {
    const names = { pool: "AGENT_POOL", cluster: "AGENT_CLUSTER" };
    const line = agentAcl({ user: "agent", passwordSha256: "AGENT_PASSWORD", ...names, selectors: "any" });
    const template = (line.ok ? line.value : line.error).replaceAll(/#?(AGENT_[A-Z]+)/g, "@$1@");
    expect(readFileSync(join(workspace, "deploy/kustomize/base/redis/users.acl"), "utf8")).toContain(`${template}\n`);
  });

  it("is not started for a pool that is no name", () => {
    const script = join(workspace, "deploy/kustomize/base/redis/write-users.sh");
    const env = { ...process.env, COORDINATOR_PASSWORD: "a", AGENT_PASSWORD: "b" };
    const write = () =>
      execFileSync("sh", [script], { env: { ...env, AGENT_POOL: "a/b ~*", AGENT_CLUSTER: "local" }, stdio: "pipe" });
    expect(write).toThrow(/AGENT_POOL and AGENT_CLUSTER: "a\/b ~\*" is no name/);
  });

  it("says what to do to an agent whose user is not for its pool, and to whom it does not let in", async () => {
    const said = async (app: "agent" | "coordinator", ...flags: readonly string[]) => {
      const failed = await run(process.execPath, [join(workspace, `apps/${app}/src/main.ts`), ...flags]).catch(
        (error: { readonly code: number; readonly stderr: string }) => error,
      );
      expect(failed).toMatchObject({ code: 1 });
      return failed.stderr;
    };
    await claimInstallation(redis.connect("coordinator"), { shardCount: 4 });
    const state = mkdtempSync(join(tmpdir(), "capstan-agent-"));
    const place = ["--runtime", "process", "--pool", "gpu", "--state-dir", state];
    expect(await said("agent", "--redis", redis.urlOf("agent"), ...place)).toMatch(
      /user "agent" do what is needed \(NOPERM .*`capstan agent acl --pool gpu --cluster local` prints/,
    );
    rmSync(state, { recursive: true });
    const guessed = redis.urlOf("coordinator").replace(/:[^:@]+@/, ":guessed@");
    expect(await said("coordinator", "--redis", guessed)).toMatch(/user "coordinator" in \(WRONGPASS /);
  });

  it("keeps other pools from the agents of another cluster", async () => {
    const east = redis.connect("east");
    expect(await east.exists("{capstan:east}:window")).toBeTypeOf("number");
    for (const call of [
      () => east.get("{capstan:default}:window"),
      () => east.subscribe("capstan:tasks-cancelled:default"),
      () => east.xrange("{s1}:inbox", "-", "+"),
    ])
      await expect(call()).rejects.toThrow(/NOPERM/);
  });
});

const endless = `apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: { name: NAME }
spec:
  entrypoint: main
  templates:
    - name: main
      container: { image: busybox, command: [sleep, "86400"] }
`;

const run = promisify(execFile);

async function runCli(server: string, args: readonly string[]): Promise<string> {
  const cli = join(workspace, "apps/cli/bin/capstan.mjs");
  return (await run(process.execPath, [cli, "--server", server, ...args], { cwd: workspace })).stdout;
}

async function untilReady(server: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${server}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
