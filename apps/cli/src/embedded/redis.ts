import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "../cli-error.ts";
import { Child } from "./child.ts";

/** Says how to install redis-server when it is missing; called before anything is started. */
export function requireRedisServer(): string {
  const command = process.env["CAPSTAN_REDIS_SERVER"] ?? "redis-server";
  const found = spawnSync(command, ["--version"], { stdio: "ignore" });
  if (found.error === undefined && found.status === 0) return command;
  const install =
    process.platform === "darwin"
      ? "brew install redis"
      : "apt-get install redis-server (Debian, Ubuntu), dnf install redis (Fedora), apk add redis (Alpine)";
  throw new CliError("redis-server is not installed: Capstan keeps running workflows in it", {
    hint: `Install it: ${install}. Or name one with CAPSTAN_REDIS_SERVER=/path/to/redis-server.`,
  });
}

/** Starts a redis-server of our own that writes down what it accepts. */
export function startRedisServer(command: string, port: number, stateDir: string): Child {
  const dataDir = join(stateDir, "redis");
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const args = [
    ["--port", String(port)],
    ["--bind", "127.0.0.1"],
    ["--dir", dataDir],
    ["--appendonly", "yes"],
    ["--appendfsync", "everysec"],
    ["--save", ""],
    ["--loglevel", "warning"],
    ["--maxmemory-policy", "noeviction"],
  ];
  return Child.start("redis-server", join(stateDir, "redis.log"), command, args.flat());
}
