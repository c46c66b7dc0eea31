import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "@capstan/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningSystem, startSystem } from "../system/start-system.ts";
import {
  type CorpusRow,
  documentsOfKind,
  hasCorpus,
  isRunnable,
  namespacedTwins,
  readCorpus,
  whyExcluded,
} from "./corpus.ts";
import { call, runRow, type Verdict } from "./run-row.ts";

/** Most of a manifest's time is sleep: many at once keep the suite short. */
const atOnce = Number(process.env["CONFORMANCE_AT_ONCE"] ?? 24);

if (!hasCorpus) console.log("skipped: conformance: Argo's corpus is not here (set CAPSTAN_SHARED to its folder)");

describe.skipIf(!hasCorpus)("conformance with Argo's manifests on the sandbox", () => {
  let system: RunningSystem;
  beforeAll(async () => {
    const server = process.env["CONFORMANCE_SERVER"];
    system =
      server === undefined
        ? await startSystem({ runtime: "sandbox", concurrency: 200 })
        : ({ url: server, stop: async () => undefined } as never);
  }, 60_000);
  afterAll(async () => {
    await system?.stop();
  }, 60_000);

  test("every runnable manifest ends as in Argo", { timeout: 20 * 60_000 }, async () => {
    const rows = readCorpus();
    await storeReferredObjects(system.url, rows);
    const wanted = rows.filter(isRunnable).filter(isWanted);
    const verdicts = await runAll(
      system.url,
      wanted.filter((row) => whyExcluded(row) === undefined),
    );
    for (const row of wanted) {
      const why = whyExcluded(row);
      if (why !== undefined) console.log(`conformance excluded: ${row.path}: ${why}`);
    }
    report(verdicts);
    if (process.env["CONFORMANCE_ONLY"]) return;
    const floor = JSON.parse(readFileSync(join(import.meta.dirname, "floor.json"), "utf8")) as {
      tier1: number;
      all: number;
    };
    expect(passedIn(verdicts.filter(isFirstTier))).toBeGreaterThanOrEqual(floor.tier1);
    expect(passedIn(verdicts)).toBeGreaterThanOrEqual(floor.all);
  });
});

/** CONFORMANCE_ONLY=<part of a path> runs a few rows while working on them. */
function isWanted(row: CorpusRow): boolean {
  return row.path.includes(process.env["CONFORMANCE_ONLY"] ?? "");
}

const isFirstTier = (verdict: Verdict): boolean => verdict.row.tier === "1";
const passedIn = (verdicts: readonly Verdict[]): number => verdicts.filter((verdict) => verdict.passed).length;

async function storeReferredObjects(url: string, rows: readonly CorpusRow[]): Promise<void> {
  const clusterTemplates = documentsOfKind(rows, "ClusterWorkflowTemplate");
  const templates = documentsOfKind(rows, "WorkflowTemplate");
  for (const template of clusterTemplates) await store(url, "/api/v1/cluster-workflow-templates", { template });
  for (const template of [...templates, ...namespacedTwins(clusterTemplates)])
    await store(url, "/api/v1/workflow-templates/argo", { template });
  for (const configMap of documentsOfKind(rows, "ConfigMap")) {
    await store(url, "/api/v1/capstan/configmaps/argo", { configMap });
  }
}

/** Several files hold objects of the same name, of which the first counts; malformed ones are meant to be refused. */
async function store(url: string, path: string, body: { readonly [field: string]: JsonObject }): Promise<void> {
  const { status, body: answer } = await call(url, "POST", path, body);
  if (status < 400 || status === 409) return;
  const [object] = Object.values(body);
  const { name } = (object?.["metadata"] ?? {}) as { readonly name?: string };
  console.log(`conformance refused: ${path} ${name}: ${String(answer["message"]).slice(0, 200)}`);
}

async function runAll(url: string, rows: readonly CorpusRow[]): Promise<readonly Verdict[]> {
  const waiting = [...rows];
  const verdicts: Verdict[] = [];
  const worker = async (): Promise<void> => {
    for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
      const current = row;
      const failure = (error: unknown): Verdict => ({
        row: current,
        passed: false,
        reason: `harness: ${String(error)}`,
      });
      verdicts.push(await runRow(url, current).catch(failure));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return verdicts.sort((left, right) => left.row.path.localeCompare(right.row.path));
}

function report(verdicts: readonly Verdict[]): void {
  for (const { row, reason } of verdicts.filter((verdict) => !verdict.passed)) {
    console.log(`conformance miss: tier ${row.tier} ${row.path}#${row.documentIndex}: ${reason}`);
  }
  for (const tier of ["1", "2", "3"]) {
    const ofTier = verdicts.filter((verdict) => verdict.row.tier === tier);
    if (ofTier.length > 0) console.log(`conformance tier ${tier}: ${passedIn(ofTier)} of ${ofTier.length}`);
  }
  console.log(`conformance: ${passedIn(verdicts)} of ${verdicts.length}`);
}
