import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { JsonObject } from "@capstan/core";
import { parseManifests } from "@capstan/manifest";
import { exclusionOf } from "./exclusions.ts";
import { expectationOf } from "./expectations.ts";

const repositoryRoot = resolve(import.meta.dirname, "../..");

/** Where Argo's manifests and vectors lie; the suite skips where they do not. */
export const sharedFolder = process.env["CAPSTAN_SHARED"] ?? resolve(repositoryRoot, "../shared");
export const corpusFolder = join(sharedFolder, "argo", "corpus");
export const hasCorpus = existsSync(join(corpusFolder, "CORPUS.tsv"));

/** One row of CORPUS.tsv: a document of a manifest and how Argo ends it. */
export interface CorpusRow {
  readonly path: string;
  readonly documentIndex: number;
  readonly kind: string;
  readonly tier: string;
  /** A phase, alternatives joined by "|", "lint-error", or "" / "?" where nobody knows. A trailing "?" was inferred. */
  readonly expected: string;
  readonly localRunnable: string;
  readonly features: readonly string[];
}

export function readCorpus(): readonly CorpusRow[] {
  const [head = "", ...lines] = readFileSync(join(corpusFolder, "CORPUS.tsv"), "utf8").trimEnd().split("\n");
  const columns = head.split("\t");
  return lines.map((line) => {
    const cells = line.split("\t");
    const cell = (column: string): string => cells[columns.indexOf(column)] ?? "";
    return {
      path: cell("path"),
      documentIndex: Number(cell("doc")),
      kind: cell("kind"),
      tier: cell("tier"),
      expected: cell("expected"),
      localRunnable: cell("local_runnable"),
      features: cell("features").split(","),
    };
  });
}

/** What a sandbox on one machine has: files instead of an object store, folders instead of claims, no cluster, no network. */
const withinReach = /^yes(\+(needs-template|configmap|pvc|s3|img-param))*$/;

/** Does the table know the row's end, and has this machine all that it takes? */
export function isRunnable(row: CorpusRow): boolean {
  return row.kind === "Workflow" && withinReach.test(row.localRunnable) && row.expected !== "" && row.expected !== "?";
}

/** Why a row that the table calls runnable is left out all the same. */
export function whyExcluded(row: CorpusRow): string | undefined {
  return exclusionOf(row.path);
}

/** The phases that count as right for a row. */
export function expectedPhases(row: CorpusRow): readonly string[] {
  return expectationOf(row.path)?.phases ?? row.expected.replace(/\?$/, "").split("|");
}

/** The row's document as an object; undefined when it is not even YAML. */
export function readDocument(row: CorpusRow): JsonObject | undefined {
  return parseManifests(readFileSync(join(corpusFolder, row.path), "utf8")).documents[row.documentIndex]?.object;
}

/** Every document of a kind in the corpus, for the templates and ConfigMaps that workflows refer to. */
export function documentsOfKind(rows: readonly CorpusRow[], kind: string): readonly JsonObject[] {
  return rows
    .filter((row) => row.kind === kind)
    .map(readDocument)
    .filter((document) => document !== undefined);
}

/**
 * The file with the examples' WorkflowTemplates is not in the corpus. Their cluster-scoped twins are: the same templates, with
 * "cluster-" before each name.
 */
export function namespacedTwins(clusterTemplates: readonly JsonObject[]): readonly JsonObject[] {
  return clusterTemplates
    .filter((template) => String((template["metadata"] as JsonObject)["name"]).startsWith("cluster-workflow-template-"))
    .map((template) => {
      const text = JSON.stringify({ ...template, kind: "WorkflowTemplate" });
      return JSON.parse(
        text.replaceAll("cluster-workflow-template-", "workflow-template-").replaceAll(',"clusterScope":true', ""),
      ) as JsonObject;
    });
}
