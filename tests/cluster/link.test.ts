import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isTestCluster } from "./cluster.ts";

const script = join(import.meta.dirname, "..", "..", "scripts", "cluster.mjs");
const ranBefore = existsSync("/run/netns/capstan1");
const hostAddress = "10.244.0.1";

// The server of this process must answer meanwhile: nothing here may block.
async function cluster(...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)("node", [script, ...args])).stdout;
}

const server = createServer((_, response) => response.end("heard"));

/** Asks the first cluster's host from the other cluster; undefined where nobody answers within two seconds. */
async function ask(): Promise<string | undefined> {
  const url = `http://${hostAddress}:${(server.address() as AddressInfo).port}/`;
  return cluster("exec", "--number", "1", "curl", "--silent", "--max-time", "2", url).catch(() => undefined);
}

if (!isTestCluster) console.log("skipped: two clusters: only the test cluster has another beside it");

describe.skipIf(!isTestCluster)("the line between two clusters", () => {
  beforeAll(async () => {
    await cluster("up", "--number", "1");
    await new Promise<void>((listening) => server.listen(0, hostAddress, listening));
  });

  afterAll(async () => {
    server.close();
    await cluster("link", "down");
    if (!ranBefore) await cluster("down", "--number", "1", "--erase");
  });

  test("carries, loses everything while it is cut, and carries again", async () => {
    expect(await ask()).toBeUndefined();
    await cluster("link", "up");
    expect(await ask()).toBe("heard");
    await cluster("link", "cut");
    expect(await ask()).toBeUndefined();
    await cluster("link", "restore");
    expect(await ask()).toBe("heard");
  });

  test("can be asked for again at any time", async () => {
    await cluster("link", "cut");
    await cluster("link", "cut");
    await cluster("link", "up");
    await cluster("link", "up");
    expect(await ask()).toBe("heard");
  });
});
