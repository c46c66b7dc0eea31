import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type RunningSystem, startSystem } from "../system/start-system.ts";

const tasks = 200;
const finishWithinMs = 120_000;

let system: RunningSystem;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "capstan-effects-"));
  system = await startSystem({ runtime: "sandbox", concurrency: 16, appendFsync: "always", leaseSeconds: 4 });
});

afterEach(async () => {
  await system.stop();
  await rm(folder, { recursive: true, force: true });
});

/** 200 tasks; each appends one line to a file of the host, which is the effect to be counted. */
function countingWorkflow(): object {
  const script = "sleep 0.1; echo {{inputs.parameters.number}} >> /effects/lines; sleep 0.1";
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { name: "counting" },
    spec: {
      entrypoint: "main",
      volumes: [{ name: "effects", hostPath: { path: folder } }],
      templates: [
        {
          name: "main",
          steps: [
            [
              {
                name: "count",
                template: "append",
                withSequence: { count: String(tasks) },
                arguments: { parameters: [{ name: "number", value: "{{item}}" }] },
              },
            ],
          ],
        },
        {
          name: "append",
          inputs: { parameters: [{ name: "number" }] },
          container: {
            image: "busybox",
            command: ["sh", "-c", script],
            volumeMounts: [{ name: "effects", mountPath: "/effects" }],
          },
        },
      ],
    },
  };
}

function effects(): readonly string[] {
  const file = join(folder, "lines");
  return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
}

async function submit(): Promise<void> {
  const response = await fetch(`${system.url}/api/v1/workflows/default`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ workflow: countingWorkflow() }),
  });
  expect(response.status, await response.text()).toBe(200);
}

/** Looks until it is so; the API may be away meanwhile. */
async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  const deadlineMs = Date.now() + finishWithinMs;
  while (!(await isSo())) {
    if (Date.now() > deadlineMs) throw new Error(`not so within ${finishWithinMs} ms; ${effects().length} effects`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

interface Status {
  readonly phase?: string;
  readonly nodes?: Readonly<Record<string, { readonly type: string; readonly phase: string }>>;
}

async function status(): Promise<Status> {
  const response = await fetch(`${system.url}/api/v1/workflows/default/counting`).catch(() => undefined);
  if (response === undefined || !response.ok) return {};
  return ((await response.json()) as { readonly status?: Status }).status ?? {};
}

async function expectEachEffectOnce(): Promise<void> {
  await until(async () => ["Succeeded", "Failed", "Error"].includes((await status()).phase ?? ""));
  const { phase, nodes = {} } = await status();
  expect(phase).toBe("Succeeded");
  expect(Object.values(nodes).filter((node) => node.type === "Pod" && node.phase === "Succeeded")).toHaveLength(tasks);
  const numbers = effects().map(Number);
  expect(numbers.toSorted((left, right) => left - right)).toEqual(Array.from({ length: tasks }, (_, index) => index));
}

test("a coordinator killed in the middle: its successor finishes, each effect once", async () => {
  await submit();
  for (const share of [0.2, 0.5]) {
    await until(() => effects().length >= tasks * share);
    await system.coordinator.kill();
    system.coordinator.start();
  }
  await expectEachEffectOnce();
});

test("an agent killed in the middle: its successor adopts what runs, each effect once", async () => {
  await submit();
  for (const share of [0.2, 0.5]) {
    await until(() => effects().length >= tasks * share);
    await system.agent.kill();
    system.agent.start();
  }
  await expectEachEffectOnce();
});

test("a redis-server killed in the middle, with every write on disk: everybody reconnects, each effect once", async () => {
  await submit();
  await until(() => effects().length >= tasks * 0.3);
  await system.redis.kill();
  await system.redis.restart();
  await expectEachEffectOnce();
});

test("coordinator and agent killed at once: each effect once", async () => {
  await submit();
  await until(() => effects().length >= tasks * 0.4);
  await Promise.all([system.agent.kill(), system.coordinator.kill()]);
  system.agent.start();
  system.coordinator.start();
  await expectEachEffectOnce();
});
