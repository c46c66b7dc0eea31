// `npm run cluster:bench`: workflows against raw Pods of the same kind, on the deployment of the test cluster, in the same run.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Informer, KubeClient, loadClusterAccess, type Pod, podPath } from "@capstan/kubernetes";

const namespace = "capstan-bench";
const rounds = 5;
const fanOut = 100;
const chainLength = 20;
const podsAtOnce = 200;
/** Argo Workflows 4.1.2 on the same recipe and machine kind: seconds a step of a chain on real Pods, with its defaults and at its fastest setting. */
const argoStepSeconds = { defaults: 522.39 / 50, fastest: 273.99 / 50 };

const access = await loadClusterAccess({ variables: process.env });
if (!access.ok) throw new Error(access.error);
const client = new KubeClient(access.value, { userAgent: "capstan-bench", connectionsMax: 64 });
const service = await client.get<{ spec: { clusterIP: string } }>(
  "/api/v1/namespaces/capstan/services/capstan-coordinator",
);
const server = `http://${service.spec.clusterIP}:2746`;

interface View {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly phase?: string };
}

async function call(method: string, path: string, body?: unknown): Promise<View> {
  const response = await fetch(`${server}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as View;
}

const container = { name: "main", image: "busybox", command: ["echo", "hi"] };

/** Creates Pods and waits for all by one watch; ms. */
async function rawPods(count: number): Promise<number> {
  const run = Math.random().toString(36).slice(2, 8);
  const waiting = new Set(Array.from({ length: count }, (_, index) => `raw-${run}-${index}`));
  const { promise, resolve } = Promise.withResolvers<void>();
  const informer = new Informer<Pod>({
    client,
    path: podPath(namespace),
    labelSelector: `bench=${run}`,
    onError: (error) => console.error(String(error)),
    onChange: ({ object }) => {
      if (object.status?.phase !== "Succeeded") return;
      waiting.delete(object.metadata.name ?? "");
      if (waiting.size === 0) resolve();
    },
  });
  await informer.start();
  const startedAt = performance.now();
  const spec = { restartPolicy: "Never", containers: [container] };
  await Promise.all(
    [...waiting].map((name) => client.create(podPath(namespace), { metadata: { name, labels: { bench: run } }, spec })),
  );
  await promise;
  const tookMs = performance.now() - startedAt;
  await informer.stop();
  await client.remove(podPath(namespace), undefined, { labelSelector: `bench=${run}` });
  return tookMs;
}

/** Submits and follows the watch stream to the end; ms. */
async function workflow(spec: object): Promise<number> {
  const startedAt = performance.now();
  const submitted = await call("POST", `/api/v1/workflows/${namespace}`, {
    workflow: {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Workflow",
      metadata: { generateName: "bench-" },
      spec: { entrypoint: "main", podGC: { strategy: "OnWorkflowCompletion" }, ...spec },
    },
  });
  const path = `/api/v1/workflows/${namespace}/${submitted.metadata.name}?fields=status.phase`;
  for (;;) {
    const { status } = await call("GET", path);
    if (status?.phase === "Succeeded") return performance.now() - startedAt;
    if (status?.phase === "Failed" || status?.phase === "Error")
      throw new Error(`${submitted.metadata.name} ${status.phase}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const echo = { name: "echo", container: { image: "busybox", command: ["echo", "hi"] } };
const oneStep = { templates: [{ ...echo, name: "main" }] };
const fan = {
  templates: [
    { name: "main", steps: [[{ name: "fan", template: "echo", withSequence: { count: String(fanOut) } }]] },
    echo,
  ],
};
const chain = {
  templates: [
    {
      name: "main",
      steps: Array.from({ length: chainLength }, (_, index) => [{ name: `s${index}`, template: "echo" }]),
    },
    echo,
  ],
};
const sleepers = {
  templates: [
    { name: "main", steps: [[{ name: "fan", template: "sleep", withSequence: { count: String(podsAtOnce) } }]] },
    { name: "sleep", container: { image: "busybox", command: ["sleep", "45"] } },
  ],
};

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

/** Requests for Pods that agents make, by verb; the kubelet's are updates of the status and reads. */
async function podRequests(): Promise<ReadonlyMap<string, number>> {
  const text = (await client.request("GET", "/metrics")) as string;
  const counts = new Map<string, number>();
  for (const [, labels = "", value = "0"] of text.matchAll(/^apiserver_request_total\{([^}]*)\} (\S+)$/gm)) {
    if (!labels.includes('resource="pods"')) continue;
    const field = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(labels)?.[1] ?? "";
    const key = `${field("verb")}${field("subresource") === "" ? "" : `/${field("subresource")}`}`;
    counts.set(key, (counts.get(key) ?? 0) + Number(value));
  }
  return counts;
}

/** Resident memory of the agent's process, MiB; found by its command line. */
function agentMemoryMib(): number {
  const sizes = readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        if (!/apps\/agent\/src\/main\.[jt]s/.test(command) || !command.includes("kubernetes")) return [];
        return [Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024];
      } catch {
        return [];
      }
    });
  return Math.max(0, ...sizes);
}

interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target: string;
}

const figures: Figure[] = [];
function note(name: string, value: number, unit: string, target: string): void {
  figures.push({ name, value: Math.round(value * 1000) / 1000, unit, target });
  console.log(`${name.padEnd(64)} ${value.toFixed(2).padStart(10)} ${unit.padEnd(4)} ${target}`);
}

spawnSync("kubectl", ["delete", "namespace", namespace, "--ignore-not-found"]);
execFileSync("kubectl", ["create", "namespace", namespace]);
await new Promise((resolve) => setTimeout(resolve, 2_000));
await workflow(oneStep);
await rawPods(1);

const single: { raw: number; ours: number }[] = [];
for (let round = 0; round < rounds; round++) single.push({ raw: await rawPods(1), ours: await workflow(oneStep) });
note("one raw Pod", median(single.map(({ raw }) => raw)), "ms", "");
note("a workflow of one step", median(single.map(({ ours }) => ours)), "ms", "");
note("  … longer than the Pod, pair by pair", median(single.map(({ raw, ours }) => ours - raw)), "ms", "at most 300");

const before = await podRequests();
const chainMs = await workflow(chain);
const after = await podRequests();
note(`a chain of ${chainLength} steps, a step`, chainMs / chainLength / 1000, "s", "");
note(
  "  … Argo's defaults take so many times as long",
  argoStepSeconds.defaults / (chainMs / chainLength / 1000),
  "x",
  "at least 5",
);
note("  … Argo's fastest setting", argoStepSeconds.fastest / (chainMs / chainLength / 1000), "x", "at least 2");
for (const verb of ["POST", "DELETE", "PATCH", "GET/log"])
  note(
    `  requests for Pods a task: ${verb}`,
    ((after.get(verb) ?? 0) - (before.get(verb) ?? 0)) / chainLength,
    "",
    "POST and DELETE at most 1",
  );

const pairs: { raw: number; ours: number }[] = [];
for (let round = 0; round < 3; round++) pairs.push({ raw: await rawPods(fanOut), ours: await workflow(fan) });
note(`${fanOut} raw Pods`, median(pairs.map(({ raw }) => raw)) / 1000, "s", "");
note(`a fan-out of ${fanOut}`, median(pairs.map(({ ours }) => ours)) / 1000, "s", "");
note("  … ratio, pair by pair", median(pairs.map(({ raw, ours }) => ours / raw)), "x", "at most 1.15");

let peakMib = 0;
const sampling = setInterval(() => {
  peakMib = Math.max(peakMib, agentMemoryMib());
}, 500);
await workflow(sleepers);
clearInterval(sampling);
note(`the agent's memory with ${podsAtOnce} Pods at once, peak`, peakMib, "MiB", "under 150");

const folder = join(import.meta.dirname, "..", "..", "bench-results");
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "cluster.json"), `${JSON.stringify(figures, undefined, 2)}\n`);
execFileSync("kubectl", ["delete", "namespace", namespace, "--wait=false"]);
client.close();
