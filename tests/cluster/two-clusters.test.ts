import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshNamespace, isTestCluster, kubectl, until } from "./cluster.ts";
import { redisUrlFor } from "./redis-users.ts";
import { ended, get, nodeOf, submit } from "./workflows.ts";

const root = join(import.meta.dirname, "..", "..");
const script = join(root, "scripts", "cluster.mjs");
const namespace = "capstan-test-far";
const ranBefore = existsSync("/run/netns/capstan1");
const node = join(root, "node_modules", "node", "bin", "node");
const cutMs = 60_000;
const labels = "region in (eu), !spot";

async function cluster(...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)("node", [script, ...args])).stdout;
}

/** kubectl of the other cluster. */
function farKubectl(...args: readonly string[]): Promise<string> {
  return cluster("exec", "--number", "1", "kubectl", ...args);
}

/** Redis on a port of the node, as agents elsewhere reach it, with a user of their own. */
function redisForOthers(): string {
  const nodePort = 30_679;
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "redis-for-others", namespace: "capstan" },
    spec: {
      type: "NodePort",
      selector: { "app.kubernetes.io/name": "capstan", "app.kubernetes.io/component": "redis" },
      ports: [{ port: 6379, targetPort: 6379, nodePort }],
    },
  };
  kubectl(["apply", "-f", "-"], service);
  return redisUrlFor({ pool: "far", cluster: "east", selectors: [labels] }, "10.244.0.1", nodePort);
}

function startFarAgent(redis: string, stateFolder: string): ChildProcess {
  const flags = [
    ...["--redis", redis, "--runtime", "kubernetes", "--node-name", "node-2", "--pool", "far", "--cluster", "east"],
    ...["--label", "region=eu", "--state-dir", stateFolder, "--lease-seconds", "20", "--log-level", "warn"],
    ...["--pod-logs", join(process.env["HOME"] ?? "/root", ".cache/capstan-cluster/capstan1/pods")],
  ];
  const command = [script, "exec", "--number", "1", "--", node, join(root, "apps/agent/src/main.ts"), ...flags];
  return spawn("node", command, { stdio: ["ignore", "inherit", "inherit"], detached: true });
}

/** A step that runs in the other cluster, chosen by one of the keys. */
function far(name: string, key: string, value: string, line: string): object {
  return {
    name,
    metadata: { annotations: { [`capstan.dev/${key}`]: value } },
    inputs: { parameters: [{ name: "word", default: "" }] },
    script: { image: "busybox", command: ["sh"], source: line },
  };
}

if (!isTestCluster) console.log("skipped: workflows over two clusters: only the test cluster has another beside it");

describe.skipIf(!isTestCluster)("one workflow in two clusters", () => {
  const stateFolder = mkdtempSync(join(tmpdir(), "capstan-far-agent-"));
  let agent: ChildProcess | undefined;

  beforeAll(async () => {
    freshNamespace(namespace);
    await cluster("up", "--number", "1");
    await cluster("link", "up");
    await farKubectl("create", "namespace", namespace).catch(() => undefined);
    agent = startFarAgent(redisForOthers(), stateFolder);
  });

  afterAll(async () => {
    // The whole group: scripts stand between us and the agent.
    if (agent?.pid !== undefined) process.kill(-agent.pid, "SIGKILL");
    await cluster("link", "down");
    if (!ranBefore) await cluster("down", "--number", "1", "--erase");
    kubectl(["delete", "service", "redis-for-others", "-n", "capstan", "--ignore-not-found"]);
    rmSync(stateFolder, { recursive: true, force: true });
  });

  test("steps choose theirs by cluster, pool or labels, and hand results to each other", async () => {
    const pass = (from: string) => ({ parameters: [{ name: "word", value: `{{steps.${from}.outputs.result}}` }] });
    const templates = [
      {
        name: "main",
        steps: [
          [{ name: "here", template: "here" }],
          [{ name: "there", template: "there", arguments: pass("here") }],
          [
            { name: "pool", template: "pool", arguments: pass("there") },
            { name: "labels", template: "labels", arguments: pass("there") },
          ],
        ],
      },
      { name: "here", script: { image: "busybox", command: ["sh"], source: "echo near" } },
      far("there", "cluster", "east", "echo {{inputs.parameters.word}} and far"),
      far("pool", "pool", "far", "echo {{inputs.parameters.word}}, by pool"),
      far("labels", "selector", labels, "echo {{inputs.parameters.word}}, by labels"),
    ];
    const workflow = await ended(namespace, await submit(namespace, { templates }));
    expect(workflow.status?.phase).toBe("Succeeded");
    const places = ["here", "there", "pool", "labels"].map((name) => nodeOf(workflow, name).hostNodeName);
    expect(places).toEqual(["node-1", "node-2", "node-2", "node-2"]);
    expect(nodeOf(workflow, "there").outputs?.result).toBe("near and far");
  });

  test("a step takes an artifact that was made in the other cluster, from here to there and back", async () => {
    const path = "/tmp/artifact";
    const outputs = { artifacts: [{ name: "made", path }] };
    const inputs = { artifacts: [{ name: "given", path: "/tmp/given" }] };
    const take = (from: string) => ({
      artifacts: [{ name: "given", from: `{{steps.${from}.outputs.artifacts.made}}` }],
    });
    const steps = [
      [{ name: "here", template: "here" }],
      [{ name: "there", template: "there", arguments: take("here") }],
      [{ name: "again", template: "again", arguments: take("there") }],
    ];
    const script = (source: string) => ({ script: { image: "busybox", command: ["sh"], source } });
    const there = `(cat /tmp/given; echo and far) > ${path}`;
    const templates = [
      {
        name: "main",
        steps,
        outputs: { parameters: [{ name: "r", valueFrom: { parameter: "{{steps.again.outputs.result}}" } }] },
      },
      { name: "here", ...script(`echo near > ${path}`), outputs },
      { ...far("there", "cluster", "east", there), inputs, outputs },
      { name: "again", ...script("cat /tmp/given"), inputs },
    ];
    const workflow = await ended(namespace, await submit(namespace, { templates }));
    expect(workflow.status?.phase).toBe("Succeeded");
    expect(nodeOf(workflow, "again")).toMatchObject({ hostNodeName: "node-1", outputs: { result: "near\nand far" } });
    expect(nodeOf(workflow, "there").hostNodeName).toBe("node-2");
  });

  test("a cluster that is cut off for a minute goes on, and reports when it is back; nothing runs twice", async () => {
    const templates = [far("main", "cluster", "east", "sleep 10; echo done")];
    const name = await submit(namespace, { templates });
    const pods = async () =>
      JSON.parse(
        await farKubectl("get", "pods", "-n", namespace, "-o", "json", "-l", `workflows.argoproj.io/workflow=${name}`),
      ) as {
        readonly items: readonly { readonly status: { readonly phase: string } }[];
      };
    await until("its Pod to run", async () => ((await pods()).items[0]?.status.phase === "Running" ? true : undefined));
    await cluster("link", "cut");
    await until("its Pod to end, unheard", async () =>
      (await pods()).items[0]?.status.phase === "Succeeded" ? true : undefined,
    );
    await new Promise((resolve) => setTimeout(resolve, cutMs));
    expect((await get(namespace, name)).status?.phase).toBe("Running");
    await cluster("link", "restore");
    const workflow = await ended(namespace, name, 120_000);
    expect(workflow.status?.phase).toBe("Succeeded");
    expect((await pods()).items).toHaveLength(1);
  }, 300_000);
});
