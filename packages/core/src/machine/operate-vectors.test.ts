import { describe, expect, test } from "vitest";
import { linkNodes } from "../graph/link-nodes.ts";
import type { Workflow } from "../spec/workflow.ts";
import { bundleOf, readGoldenWorkflows, readOperateVectors, vectorsArePresent } from "./testing/argo-vectors.ts";
import { type ArgoNode, compareTrees } from "./testing/compare-trees.ts";
import { StatusReplay } from "./testing/replay-status.ts";

const startMs = Date.parse("2026-11-23T21:00:00Z");

interface Miss {
  readonly name: string;
  readonly differences: readonly string[];
}

function nodesOf(workflow: Workflow): readonly ArgoNode[] {
  return Object.values(workflow.status?.nodes ?? {}) as unknown as readonly ArgoNode[];
}

function headerDifferences(
  ours: { readonly phase: string; readonly message?: string },
  argo: Workflow,
): readonly string[] {
  const differences: string[] = [];
  if (ours.phase !== (argo.status?.phase ?? ""))
    differences.push(`workflow phase is ${ours.phase}, Argo's ${argo.status?.phase}`);
  if ((ours.message ?? "") !== (argo.status?.message ?? "")) {
    differences.push(`workflow message is ${ours.message}, Argo's ${argo.status?.message}`);
  }
  return differences;
}

function replay(before: Workflow, after: Workflow, objects: Parameters<typeof bundleOf>[1]): readonly string[] {
  const argo = nodesOf(after);
  const replayed = new StatusReplay(argo, startMs).run(bundleOf(before, objects));
  return [...headerDifferences(replayed.header, after), ...compareTrees(linkNodes(replayed.nodes), argo)];
}

function report(title: string, total: number, misses: readonly Miss[]): void {
  console.info(`${title}: ${total - misses.length} of ${total}`);
  if (process.env["CAPSTAN_MISSES"] === undefined) return;
  for (const { name, differences } of misses) console.info(`- ${name}\n    ${differences.slice(0, 6).join("\n    ")}`);
}

describe.skipIf(!vectorsArePresent)("status trees that Argo made (CAPSTAN_SHARED)", () => {
  test("final statuses of real runs", () => {
    const golden = readGoldenWorkflows();
    const misses: Miss[] = [];
    for (const [name, workflow] of golden) {
      const differences = replay(workflow, workflow, {});
      if (differences.length > 0) misses.push({ name, differences });
    }
    report("golden statuses", golden.size, misses);
    expect(golden.size - misses.length).toBeGreaterThanOrEqual(0);
  });

  test("its controller's step over a new workflow", () => {
    const misses: Miss[] = [];
    const fresh = readOperateVectors().filter(
      ({ before, after }) =>
        before.workflow.status?.nodes === undefined &&
        (before.workflow.status?.phase ?? "") === "" &&
        !(after.status?.message ?? "").startsWith("invalid spec"),
    );
    for (const vector of fresh) {
      const differences = replay(vector.before.workflow, vector.after, vector.before.objects);
      if (differences.length > 0) misses.push({ name: vector.test, differences });
    }
    report("operate vectors, new workflows", fresh.length, misses);
    expect(fresh.length - misses.length).toBeGreaterThanOrEqual(0);
  });

  test("its controller's later steps", () => {
    const misses: Miss[] = [];
    const later = readOperateVectors().filter(({ before }) => before.workflow.status?.nodes !== undefined);
    for (const vector of later) {
      const differences = replay(vector.before.workflow, vector.after, vector.before.objects);
      if (differences.length > 0) misses.push({ name: vector.test, differences });
    }
    report("operate vectors, workflows under way", later.length, misses);
    expect(later.length - misses.length).toBeGreaterThanOrEqual(0);
  });
});
