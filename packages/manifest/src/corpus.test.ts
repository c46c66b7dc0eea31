import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { WorkflowBundle, WorkflowTemplate } from "@capstan/core";
import { templateKey } from "@capstan/core";
import { describe, expect, test } from "vitest";
import {
  checkStructure,
  decodeCronWorkflow,
  decodeWorkflow,
  decodeWorkflowTemplate,
  formatProblem,
  hasErrors,
  type ParsedDocument,
  type Problem,
  parseManifests,
  prepareBundle,
  validateCronWorkflow,
  validateWorkflow,
  validateWorkflowTemplate,
  withPositions,
} from "./index.ts";

const shared = process.env["CAPSTAN_SHARED"] ?? join(import.meta.dirname, "../../../../shared");
const corpus = join(shared, "argo/corpus");
const table = join(corpus, "CORPUS.tsv");

interface Row {
  readonly path: string;
  readonly document: number;
  readonly kind: string;
  readonly expected: string;
}

function readRows(): Row[] {
  const lines = readFileSync(table, "utf8").trim().split("\n").slice(1);
  return lines.map((line) => {
    const cells = line.split("\t");
    return { path: cells[0] ?? "", document: Number(cells[1]), kind: cells[2] ?? "", expected: cells[6] ?? "" };
  });
}

/** Every WorkflowTemplate of the corpus, as a cluster would have them. */
function collectTemplates(paths: Iterable<string>): WorkflowTemplate[] {
  return [...paths].flatMap((path) =>
    parseManifests(readFileSync(join(corpus, path), "utf8"))
      .documents.filter((document) => document.kind.endsWith("WorkflowTemplate"))
      .flatMap((document) => decodeWorkflowTemplate(document).value ?? []),
  );
}

function keyed(templates: readonly WorkflowTemplate[]): WorkflowBundle["workflowTemplates"] {
  return Object.fromEntries(
    templates.map((one) => [templateKey(one.metadata.name ?? "", one.kind === "ClusterWorkflowTemplate"), one.spec]),
  );
}

function judgeWorkflow(document: ParsedDocument, templates: readonly WorkflowTemplate[]): readonly Problem[] {
  const decoded = decodeWorkflow(document);
  if (decoded.value === undefined) return decoded.problems;
  const { workflowTemplateRef } = decoded.value.spec;
  const key = templateKey(workflowTemplateRef?.name ?? "", workflowTemplateRef?.clusterScope === true);
  const known = keyed(templates);
  // A part of the corpus is not here; what it would define is taken to exist.
  if (workflowTemplateRef !== undefined && !Object.hasOwn(known, key)) return [];
  const prepared = prepareBundle({
    workflow: decoded.value,
    workflowTemplates: templates.filter((one) => one.kind === "WorkflowTemplate"),
    clusterWorkflowTemplates: templates.filter((one) => one.kind === "ClusterWorkflowTemplate"),
    configMaps: {},
    workflowDefaults: { spec: defaults },
    nowMs: 0,
    uid: "uid",
    generateNameSuffix: "x1",
  });
  if (prepared.bundle === undefined) return prepared.problems;
  return withPositions(validateWorkflow(prepared.bundle, { assumeMissingTemplates: true }), document);
}

function judge(document: ParsedDocument, templates: readonly WorkflowTemplate[]): readonly Problem[] {
  if (document.kind === "Workflow") return judgeWorkflow(document, templates);
  if (document.kind.endsWith("WorkflowTemplate")) {
    const { value, problems } = decodeWorkflowTemplate(document);
    return value === undefined ? problems : validateWorkflowTemplate(value, keyed(templates), options);
  }
  if (document.kind !== "CronWorkflow") return checkStructure(document);
  const { value, problems } = decodeCronWorkflow(document);
  return value === undefined ? problems : validateCronWorkflow(value, keyed(templates), options);
}

/** The controller's configuration in Argo's own end-to-end tests. */
const defaults = { workflowMetadata: { labels: { "default-label": "thisLabelIsFromWorkflowDefaults" } } };
const options = { assumeMissingTemplates: true, workflowDefaults: defaults };

const isMalformed = (row: Row) =>
  row.expected === "lint-error" || /\/(lintfail|malformed)\/|basic-invalid|\/invalid-/.test(row.path);
const runs = (row: Row) => /^(Succeeded|Running|Failed$)/.test(row.expected);
/** Files whose rows say that they run, and those made to be rejected, that are judged rightly today. */
const floors = { accepted: 288, rejected: 9 };

describe.skipIf(!existsSync(table))("the corpus", () => {
  test("what runs is accepted, what is malformed is rejected", () => {
    const rows = readRows();
    const templates = collectTemplates(new Set(rows.map((row) => row.path)));
    const misses: string[] = [];
    const counts = { accepted: 0, runnable: 0, rejected: 0, malformed: 0 };
    for (const row of rows) {
      const file = join(corpus, row.path);
      if (!existsSync(file)) continue;
      const parsed = parseManifests(readFileSync(file, "utf8"), { file: row.path });
      const document = parsed.documents[row.document];
      const problems = [...parsed.problems, ...(document === undefined ? [] : judge(document, templates))].filter(
        (one) => hasErrors([one]),
      );
      if (isMalformed(row)) {
        counts.malformed += 1;
        if (problems.length > 0) counts.rejected += 1;
        else misses.push(`${row.path}#${row.document} ${row.kind}: accepted`);
      } else if (runs(row)) {
        counts.runnable += 1;
        if (problems.length === 0) counts.accepted += 1;
        else
          misses.push(
            `${row.path}#${row.document} ${row.kind} (${row.expected}): ${problems.slice(0, 2).map(formatProblem).join(" | ")}`,
          );
      }
    }
    console.log(
      `corpus: ${counts.accepted} of ${counts.runnable} accepted, ${counts.rejected} of ${counts.malformed} rejected\n${misses.join("\n")}`,
    );
    expect(counts.accepted).toBeGreaterThanOrEqual(floors.accepted);
    expect(counts.rejected).toBeGreaterThanOrEqual(floors.rejected);
  });
});
