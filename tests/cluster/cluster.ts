import { spawnSync } from "node:child_process";
import { join } from "node:path";

export const examples = join(import.meta.dirname, "..", "..", "examples");

/** The deployment under test; `scripts/run-tests.mjs` brings it up and runs these tests beside it. */
export const server = process.env["CAPSTAN_CLUSTER_SERVER"] ?? "";

/** Set by the test cluster's scripts; a cluster of the user's own has no other beside it, and no node that the tests could take away. */
export const isTestCluster = process.env["CAPSTAN_CLUSTER_BIN"] !== undefined;

/** Runs kubectl; throws with what it said. */
export function kubectl(args: readonly string[], input?: unknown): string {
  return runKubectl(args, input).stdout;
}

/** Runs kubectl; gives what it said beside its answer. */
export function warningsOf(args: readonly string[], input?: unknown): string {
  return runKubectl(args, input).stderr;
}

function runKubectl(args: readonly string[], input: unknown): { readonly stdout: string; readonly stderr: string } {
  const text = input === undefined || typeof input === "string" ? input : JSON.stringify(input);
  const result = spawnSync("kubectl", args, { encoding: "utf8", input: text, maxBuffer: 64 * 1024 * 1024 });
  if (result.status !== 0) throw new Error(`kubectl ${args.join(" ")}: ${result.stderr || result.error?.message}`);
  return result;
}

/** An object, or what is at a path of it, as JSON. */
export function kubeObject<T = Record<string, unknown>>(...args: readonly string[]): T {
  return JSON.parse(kubectl(["get", ...args, "-o", "json"])) as T;
}

/** Makes a namespace for one test file, empty. */
export function freshNamespace(name: string): void {
  spawnSync("kubectl", ["delete", "namespace", name, "--ignore-not-found", "--wait=true", "--timeout=120s"]);
  kubectl(["create", "namespace", name]);
  // The first Pod waits for the namespace's account otherwise, and fails.
  const account = ["-n", name, "get", "serviceaccount", "default"];
  for (let tries = 0; spawnSync("kubectl", account).status !== 0; tries++)
    if (tries > 100) throw new Error(`namespace ${name} got no default account`);
}

/** Looks until it finds, or throws with what it saw last. */
export async function until<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  withinMs = 60_000,
): Promise<T> {
  const deadlineMs = Date.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadlineMs)
      throw new Error(`${what}: not within ${withinMs} ms${last ? ` (${String(last)})` : ""}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
