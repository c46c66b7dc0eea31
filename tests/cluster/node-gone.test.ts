import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { freshNamespace, isTestCluster, kubectl, kubeObject, until } from "./cluster.ts";
import { addPretendedNode, pretendedTaint, pretendToRun } from "./pretended-node.ts";
import { redisUrlFor } from "./redis-users.ts";
import { ended, get, nodeOf, shell, submit } from "./workflows.ts";

const namespace = "capstan-test-gone";
const root = join(import.meta.dirname, "..", "..");
/** By what the test's Pods choose their nodes. */
const chosen = "capstan-test/chosen";
const pretended = ["gone-1", "gone-2", "gone-3"] as const;
const goneWithinMs = 150_000;

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly spec: { readonly nodeName?: string };
  }[];
}

function podsOf(workflow: string): PodList["items"] {
  return kubeObject<PodList>("pods", "-n", namespace, "-l", `workflows.argoproj.io/workflow=${workflow}`).items;
}

function realNodes(): readonly string[] {
  const names = kubeObject<PodList>("nodes").items.map(({ metadata }) => metadata.name);
  return names.filter((name) => !pretended.some((one) => one === name));
}

/** The workflow's one Pod is on the node, its container runs as far as the cluster knows, and the workflow knows too. */
async function runningOn(nodeName: string, workflow: string): Promise<void> {
  const isThere = ({ spec }: PodList["items"][number]) => spec.nodeName === nodeName;
  const pod = await until(`its Pod on ${nodeName}`, () => podsOf(workflow).find(isThere));
  pretendToRun(namespace, pod.metadata.name);
  await until("the workflow to hear of it", async () => {
    const nodes = Object.values((await get(namespace, workflow)).status?.nodes ?? {});
    return nodes.find((node) => node.phase === "Running" && node.hostNodeName === nodeName);
  });
}

/** A task that goes where the test says, and that its node's end ends soon. */
function movable(more: object = {}): object {
  const soon = (condition: string): object => ({
    ...{ key: `node.kubernetes.io/${condition}`, operator: "Exists", effect: "NoExecute", tolerationSeconds: 1 },
  });
  return shell("echo done", {
    nodeSelector: { [chosen]: "yes" },
    tolerations: [{ ...pretendedTaint, operator: "Exists" }, soon("unreachable"), soon("not-ready")],
    podSpecPatch: '{"terminationGracePeriodSeconds":1}',
    ...more,
  });
}

function lostText(nodeName: string): unknown {
  return expect.stringContaining(`node lost: ${nodeName} (NodeStatusUnknown: Kubelet `);
}

if (!isTestCluster) console.log("skipped: nodes that go: only the test cluster can be given a node that is none");

describe.skipIf(!isTestCluster)("a node that goes", () => {
  beforeAll(() => freshNamespace(namespace));
  afterEach(() => {
    kubectl(["delete", "node", ...pretended, "--ignore-not-found"]);
    kubectl(["label", "nodes", "--all", `${chosen}-`]);
  });

  test("makes an Error of its Pod's attempt, whose retry runs on a node that is there", async () => {
    addPretendedNode("gone-1", { [chosen]: "yes" });
    const templates = [movable({ retryStrategy: { limit: "1", retryPolicy: "OnError" } })];
    const name = await submit(namespace, { templates });
    await runningOn("gone-1", name);
    // From now on the Pods' selector fits the real nodes too.
    kubectl(["label", "node", ...realNodes(), `${chosen}=yes`]);
    const workflow = await ended(namespace, name, goneWithinMs);
    expect(nodeOf(workflow, `${name}(0)`)).toMatchObject({
      ...{ phase: "Error", hostNodeName: "gone-1", message: lostText("gone-1") },
    });
    const second = nodeOf(workflow, `${name}(1)`);
    expect([workflow.status?.phase, second.phase]).toEqual(["Succeeded", "Succeeded"]);
    expect(realNodes()).toContain(second.hostNodeName);
  }, 240_000);

  describe("and its agent with it", () => {
    const stateFolder = mkdtempSync(join(tmpdir(), "capstan-gone-agent-"));
    const agents: ChildProcess[] = [];
    let redisUrl = "";

    beforeAll(() => {
      const service = ["service", "capstan-redis", "-n", "capstan", "-o", "jsonpath={.spec.clusterIP}"];
      redisUrl = redisUrlFor({ pool: "gone" }, kubectl(["get", ...service]), 6379);
    });

    function startAgent(nodeName: string): ChildProcess {
      const flags = [
        ...["--redis", redisUrl, "--runtime", "kubernetes", "--node-name", nodeName, "--pool", "gone"],
        ...["--state-dir", join(stateFolder, String(agents.length)), "--lease-seconds", "5", "--log-level", "warn"],
        ...["--transfer-port", "0", "--transfer-host", "127.0.0.1"],
      ];
      const program = join(root, "node_modules", "node", "bin", "node");
      const agent = spawn(program, [join(root, "apps/agent/src/main.ts"), ...flags], {
        stdio: ["ignore", "inherit", "inherit"],
      });
      agents.push(agent);
      return agent;
    }

    async function kill(agent: ChildProcess): Promise<void> {
      if (agent.exitCode !== null || agent.signalCode !== null) return;
      const exited = new Promise((resolve) => agent.once("exit", resolve));
      agent.kill("SIGKILL");
      await exited;
    }

    /** A workflow whose Pod runs on a node from which nobody hears any more: neither its agent nor its kubelet. */
    async function leftOn(nodeName: string): Promise<string> {
      addPretendedNode(nodeName, { [chosen]: "yes" });
      const agent = startAgent(nodeName);
      const metadata = { annotations: { "capstan.dev/pool": "gone" } };
      const name = await submit(namespace, { templates: [movable({ metadata })] });
      await runningOn(nodeName, name);
      await kill(agent);
      return name;
    }

    afterEach(() => Promise.all(agents.map(kill)));
    afterAll(() => rmSync(stateFolder, { recursive: true, force: true }));

    test("is told of by another agent of the pool, which finds the Pod there", async () => {
      const name = await leftOn("gone-2");
      startAgent(realNodes()[0] ?? "");
      const { status } = await ended(namespace, name, goneWithinMs);
      expect(status).toMatchObject({ phase: "Error", message: lostText("gone-2") });
      await until("the lost Pod to be deleted", () => (podsOf(name).length === 0 ? true : undefined));
    }, 240_000);

    test("lets nothing run twice where the Pod is gone too", async () => {
      const name = await leftOn("gone-3");
      kubectl(["delete", "pods", "-n", namespace, "--all", "--force", "--grace-period=0"]);
      startAgent(realNodes()[0] ?? "");
      const { status } = await ended(namespace, name, goneWithinMs);
      const message = expect.stringContaining("pod deleted: it had started under an agent that is gone");
      expect(status).toMatchObject({ phase: "Error", message });
      expect(podsOf(name)).toEqual([]);
    }, 240_000);
  });
});
