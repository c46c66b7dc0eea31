import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshNamespace, isTestCluster, kubectl, server, until } from "./cluster.ts";
import { ended, nodeOf, submit } from "./workflows.ts";

const namespace = "capstan-test-policies";
const script = join(import.meta.dirname, "lab", "network-policies.sh");
const client = "capstan.dev/api-client=true";

function enforce(state: "on" | "off"): void {
  const { status, stderr } = spawnSync(script, [state], { encoding: "utf8" });
  if (status !== 0) throw new Error(`network-policies.sh ${state}: ${stderr}`);
}

/** New connections only: those that were there before the rules go on. */
function restart(...workloads: readonly string[]): void {
  kubectl(["rollout", "restart", "-n", "capstan", ...workloads]);
  for (const workload of workloads) kubectl(["rollout", "status", "-n", "capstan", workload, "--timeout=120s"]);
}

function addressOf(...query: readonly string[]): string {
  return kubectl(["get", "-n", "capstan", ...query]);
}

function startProbe(name: string, ...labels: readonly string[]): void {
  kubectl(["run", name, "-n", namespace, "--image=busybox", `--labels=${labels.join(",")}`, "--", "sleep", "600"]);
  kubectl(["wait", "-n", namespace, `pod/${name}`, "--for=condition=Ready", "--timeout=60s"]);
}

/** Rules come a moment after the Pods that they are for. */
async function expectReach(probe: string, host: string, port: number, reaches: boolean): Promise<void> {
  const connect = ["exec", "-n", namespace, probe, "--", "sh", "-c", `nc -w 2 ${host} ${port} </dev/null`];
  await until(`${probe} ${reaches ? "to reach" : "to be kept from"} port ${port}`, () =>
    (spawnSync("kubectl", connect).status === 0) === reaches ? true : undefined,
  );
}

if (!isTestCluster) console.log("skipped: enforced NetworkPolicies: only the test cluster can be told to enforce them");

describe.skipIf(!isTestCluster)("where NetworkPolicies are enforced", () => {
  beforeAll(() => {
    freshNamespace(namespace);
    enforce("on");
    restart("statefulset/capstan-redis", "deployment/capstan-coordinator", "daemonset/capstan-agent");
  });
  afterAll(() => enforce("off"));

  test("Capstan works: steps, results, artifacts and logs", async () => {
    const path = "/tmp/artifact";
    const script = (source: string) => ({ script: { image: "busybox", command: ["sh"], source } });
    const from = "{{steps.make.outputs.artifacts.made}}";
    const steps = [
      [{ name: "make", template: "make" }],
      [{ name: "take", template: "take", arguments: { artifacts: [{ name: "given", from }] } }],
    ];
    const templates = [
      {
        name: "main",
        steps,
        outputs: { parameters: [{ name: "said", valueFrom: { parameter: "{{steps.take.outputs.result}}" } }] },
      },
      { name: "make", ...script(`echo hello | tee ${path}`), outputs: { artifacts: [{ name: "made", path }] } },
      { name: "take", ...script(`cat ${path}`), inputs: { artifacts: [{ name: "given", path }] } },
    ];
    const workflow = await ended(namespace, await submit(namespace, { templates }));
    expect(workflow.status?.phase).toBe("Succeeded");
    expect(nodeOf(workflow, "take").outputs?.result).toBe("hello");
    const log = `${server}/api/v1/workflows/${namespace}/${workflow.metadata.name}/log?logOptions.container=main`;
    expect(await (await fetch(log)).text()).toContain("hello");
  });

  test("its parts are reached by those who need them, and by nobody else", async () => {
    const service = ["-o", "jsonpath={.spec.clusterIP}"];
    const coordinator = addressOf("service", "capstan-coordinator", ...service);
    const redis = addressOf("service", "capstan-redis", ...service);
    const agentPods = ["pods", "-l", "app.kubernetes.io/component=agent"];
    const agent = addressOf(...agentPods, "-o", "jsonpath={.items[0].status.podIP}");
    startProbe("stranger", "app=any");
    startProbe("client", client);
    startProbe("disguised", "app.kubernetes.io/name=capstan", "app.kubernetes.io/component=agent");
    await expectReach("client", coordinator, 2746, true);
    await expectReach("client", agent, 7418, true);
    await expectReach("client", redis, 6379, false);
    await expectReach("stranger", coordinator, 2746, false);
    await expectReach("stranger", agent, 7418, false);
    await expectReach("stranger", redis, 6379, false);
    // Its Pods hand over their outputs there.
    await expectReach("stranger", agent, 7417, true);
    // An agent's labels help in its own namespace only.
    await expectReach("disguised", redis, 6379, false);
  });

  test("Redis starts no connection itself", async () => {
    const coordinator = addressOf("service", "capstan-coordinator", "-o", "jsonpath={.spec.clusterIP}");
    const ask = ["redis-cli", "-h", coordinator, "-p", "2746", "ping"];
    const { stdout, stderr } = spawnSync("kubectl", ["exec", "-n", "capstan", "capstan-redis-0", "--", ...ask], {
      encoding: "utf8",
    });
    expect(stdout + stderr).toMatch(/Could not connect to Redis at .*: Connection refused/);
  });
});
