import { existsSync, readdirSync, readFileSync } from "node:fs";
import { env } from "node:process";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { linkNodes } from "../graph/link-nodes.ts";
import type { Workflow } from "../spec/workflow.ts";
import { bundleOf, type OperateVector } from "./testing/argo-vectors.ts";
import { type ArgoNode, compareTrees } from "./testing/compare-trees.ts";
import { StatusReplay } from "./testing/replay-status.ts";

const shared = env["CAPSTAN_SHARED"] ?? new URL("../../../../../shared", import.meta.url).pathname;
const operateFile = `${shared}/argo/vectors/operate.jsonl.gz`;
const goldenFolder = `${shared}/argo/vectors/golden`;
const vectorsArePresent = existsSync(operateFile) && existsSync(goldenFolder);

function readOperateVectors(): readonly OperateVector[] {
  const lines = gunzipSync(readFileSync(operateFile)).toString("utf8").split("\n");
  return lines.filter((line) => line !== "").map((line): OperateVector => JSON.parse(line));
}

/** Workflows as a real cluster ended them, by file name. */
function readGoldenWorkflows(): ReadonlyMap<string, Workflow> {
  const files = readdirSync(goldenFolder).filter((file) => file.endsWith(".json"));
  return new Map(files.map((file) => [file, JSON.parse(readFileSync(`${goldenFolder}/${file}`, "utf8"))]));
}

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

function replay(
  before: Workflow,
  after: Workflow,
  objects: Parameters<typeof bundleOf>[1],
  isHandmade = false,
): readonly string[] {
  const isUnnamed = (before.metadata.name ?? "") === "";
  if (isUnnamed) return replay(named(before), named(after), objects, true);
  const argo = nodesOf(after);
  const replayed = new StatusReplay(argo, startMs).run(bundleOf(before, objects));
  return [...headerDifferences(replayed.header, after), ...compareTrees(linkNodes(replayed.nodes), argo, isHandmade)];
}

/** Some of Argo's tests forget the name, which every other node's name begins with. */
function named(workflow: Workflow): Workflow {
  const nodes = nodesOf(workflow).map((node) => {
    // The root's id is empty as well, so that its children seem to have no boundary.
    const boundaryID = node.boundaryID || (node.name === "" || node.name === ".onExit" ? "" : "root");
    return [node.id, { ...node, id: node.id || "root", name: `unnamed${node.name}`, boundaryID }] as const;
  });
  return {
    ...workflow,
    metadata: { ...workflow.metadata, name: "unnamed" },
    status: { ...workflow.status, nodes: Object.fromEntries(nodes) },
  };
}

/** What Argo's tests look at that is not this machine's business, or not yet. */
function outOfScope({ before, after, test }: OperateVector): string | undefined {
  const text = JSON.stringify(before.workflow.spec);
  if (/"synchronization":\{/.test(text)) return "locks";
  if (text.includes('"memoize":{')) return "memoization";
  if ((after.status?.message ?? "").startsWith("invalid spec")) return "validation";
  const settings = Object.keys(before.config).filter((key) => key !== "images" && key !== "nodeEvents");
  if (settings.length > 0) return "the controller's settings";
  if (
    /TestPersist|Quota|Panic|ServiceAccount|HttpReconciliation|AgentPod|rateLimited|NodesWithoutPodsRunning/.test(test)
  ) {
    return "troubles of the cluster";
  }
  return undefined;
}

function inScope(title: string, vectors: readonly OperateVector[]): readonly OperateVector[] {
  const excluded = new Map<string, number>();
  const kept = vectors.filter((vector) => {
    const reason = outOfScope(vector);
    if (reason !== undefined) excluded.set(reason, (excluded.get(reason) ?? 0) + 1);
    return reason === undefined;
  });
  console.info(`${title}, left out: ${[...excluded].map(([reason, count]) => `${count} ${reason}`).join(", ")}`);
  return kept;
}

function report(title: string, total: number, misses: readonly Miss[]): void {
  console.info(`${title}: ${total - misses.length} of ${total}`);
  if (env["CAPSTAN_MISSES"] === undefined) return;
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
    expect(golden.size - misses.length).toBeGreaterThanOrEqual(21);
  });

  test("its controller's step over a new workflow", () => {
    const misses: Miss[] = [];
    const fresh = inScope(
      "operate vectors, new workflows",
      readOperateVectors().filter(
        ({ before }) => before.workflow.status?.nodes === undefined && !before.workflow.status?.phase,
      ),
    );
    for (const vector of fresh) {
      const differences = replay(vector.before.workflow, vector.after, vector.before.objects);
      if (differences.length > 0) misses.push({ name: vector.test, differences });
    }
    report("operate vectors, new workflows", fresh.length, misses);
    expect(fresh.length - misses.length).toBeGreaterThanOrEqual(200);
  });

  test("its controller's later steps", () => {
    const misses: Miss[] = [];
    const later = inScope(
      "operate vectors, workflows under way",
      readOperateVectors().filter(({ before }) => before.workflow.status?.nodes !== undefined),
    );
    for (const vector of later) {
      const differences = replay(vector.before.workflow, vector.after, vector.before.objects, true);
      if (differences.length > 0) misses.push({ name: vector.test, differences });
    }
    report("operate vectors, workflows under way", later.length, misses);
    expect(later.length - misses.length).toBeGreaterThanOrEqual(167);
  });
});
