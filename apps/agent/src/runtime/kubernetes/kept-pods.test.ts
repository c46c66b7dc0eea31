import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Pod } from "@capstan/kubernetes";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLogger } from "../../logger.ts";
import { KeptPods } from "./kept-pods.ts";

let folder: string;
let nowMs: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "capstan-pods-"));
  nowMs = Date.now();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function keptPods(keptMax = 3): KeptPods {
  const clock = { nowMs: () => nowMs, sleep: async () => undefined };
  return new KeptPods({ folder, clock, logger: silentLogger, keptMax });
}

function aPod(taskId: string, more: Partial<Pod> = {}): Pod {
  return {
    metadata: { namespace: "argo", name: `pod-${taskId}`, annotations: { "capstan.dev/task-id": taskId } },
    ...more,
  };
}

test("no more than so many are kept, the oldest go, also under a successor", async () => {
  const kept = keptPods();
  for (const id of ["1", "2", "3", "4"]) kept.see(aPod(id));
  expect(await kept.read("1")).toBeUndefined();
  expect(await kept.read("4")).toMatchObject({ pod: { metadata: { name: "pod-4" } } });
  expect(readdirSync(folder)).toHaveLength(3);
  const successor = keptPods();
  successor.see(aPod("5"));
  expect(await successor.read("5")).toBeDefined();
  expect(await successor.read("4")).toBeDefined();
  expect(readdirSync(folder)).toHaveLength(3);
});

test("what is a week old goes", async () => {
  const kept = keptPods();
  kept.see(aPod("old"));
  await kept.read("old");
  nowMs += 6 * 24 * 3_600_000;
  kept.see(aPod("new"));
  await kept.read("new");
  nowMs += 2 * 24 * 3_600_000;
  await kept.removeOld();
  expect(readdirSync(folder)).toEqual(["new.json"]);
});

test("its end is the last that is kept of a Pod, and a Pod of its name begins anew", async () => {
  const kept = keptPods();
  kept.see(aPod("1", { status: { phase: "Pending" } }));
  kept.see(aPod("1", { status: { phase: "Running", reason: "in between" } }));
  expect(await kept.read("1")).toMatchObject({ pod: { status: { phase: "Pending" } } });
  kept.see(aPod("1", { status: { phase: "Failed", reason: "its end" } }));
  kept.see(aPod("1", { status: { phase: "Failed", reason: "later" } }));
  expect(await kept.read("1")).toMatchObject({ pod: { status: { reason: "its end" } } });
  kept.gone("argo/pod-1");
  kept.see(aPod("1", { status: { phase: "Pending", reason: "anew" } }));
  expect(await kept.read("1")).toMatchObject({ pod: { status: { reason: "anew" } } });
});

test("only its agent may read a file, no task's id leads out of the folder, and what is too large is left out", async () => {
  const kept = keptPods();
  kept.see(aPod("1"));
  kept.see(aPod("../2"));
  kept.see(aPod("3", { spec: { note: "x".repeat(600_000) } }));
  expect(await kept.read("../2")).toBeDefined();
  expect(await kept.read("3")).toBeUndefined();
  expect(readdirSync(folder).sort()).toEqual(["1.json", "_%2F2.json"]);
  expect(statSync(join(folder, "1.json")).mode & 0o777).toBe(0o600);
});
