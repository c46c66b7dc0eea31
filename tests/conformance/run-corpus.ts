import type { JsonObject } from "@capstan/core";
import { type CorpusRow, documentsOfKind, namespacedTwins, readCorpus } from "./corpus.ts";
import { call, runRow, type Verdict } from "./run-row.ts";

/** CONFORMANCE_ONLY=<part of a path> runs a few rows while working on them. */
const wantedPath = process.env["CONFORMANCE_ONLY"] ?? "";
export const isPartial = wantedPath !== "";

export interface CorpusRunOptions {
  /** Manifests at once: most of their time is sleep. */
  readonly atOnce: number;
  readonly isRunnable: (row: CorpusRow) => boolean;
  readonly whyExcluded: (row: CorpusRow) => string | undefined;
}

/** Runs every manifest that this system can run, and says how each ended. */
export async function runCorpus(url: string, options: CorpusRunOptions): Promise<readonly Verdict[]> {
  const rows = readCorpus();
  await storeReferredObjects(url, rows);
  const wanted = rows.filter(options.isRunnable).filter(({ path }) => path.includes(wantedPath));
  for (const row of wanted) {
    const why = options.whyExcluded(row);
    if (why !== undefined) console.log(`conformance excluded: ${row.path}: ${why}`);
  }
  return runAll(
    url,
    wanted.filter((row) => options.whyExcluded(row) === undefined),
    options.atOnce,
  );
}

export const isFirstTier = (verdict: Verdict): boolean => verdict.row.tier === "1";
export const passedIn = (verdicts: readonly Verdict[]): number => verdicts.filter((verdict) => verdict.passed).length;

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

async function runAll(url: string, rows: readonly CorpusRow[], atOnce: number): Promise<readonly Verdict[]> {
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

/** Prints each miss with its reason, and N of M; `label` says on what it ran. */
export function reportVerdicts(label: string, verdicts: readonly Verdict[]): void {
  for (const { row, reason } of verdicts.filter((verdict) => !verdict.passed)) {
    console.log(`${label} miss: tier ${row.tier} ${row.path}#${row.documentIndex}: ${reason}`);
  }
  for (const tier of ["1", "2", "3"]) {
    const ofTier = verdicts.filter((verdict) => verdict.row.tier === tier);
    if (ofTier.length > 0) console.log(`${label} tier ${tier}: ${passedIn(ofTier)} of ${ofTier.length}`);
  }
  console.log(`${label}: ${passedIn(verdicts)} of ${verdicts.length}`);
}
