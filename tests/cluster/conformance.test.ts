import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type CorpusRow, documentsOfKind, hasCorpus, readCorpus } from "../conformance/corpus.ts";
import { exclusionOf } from "../conformance/exclusions.ts";
import { isFirstTier, isPartial, passedIn, reportVerdicts, runCorpus } from "../conformance/run-corpus.ts";
import { freshNamespace, kubectl, server } from "./cluster.ts";

/** Real Pods on two cores: more at once only wait for each other. */
const atOnce = 10;
const namespace = "argo";

/** What one node with the test cluster's images has: no object store but the agent's disk, no other network. */
const withinReach = /^yes(\+(needs-template|configmap|pvc|s3|rbac-resource|img-param|img:[\w.,/:-]+))*$/;

/** Manifests that no such node can judge, besides those that no machine can. */
const reasons: Readonly<Record<string, string>> = {
  "examples/resource-claims.yaml": "needs Dynamic Resource Allocation and a driver",
  "examples/resource-claims-template-override.yaml": "needs Dynamic Resource Allocation and a driver",
  "examples/k8s-jobs.yaml": "has no name",
  "examples/k8s-patch-json-workflow.yaml": "patches its own Workflow object, and these are submitted over HTTP",
  "examples/k8s-resource-log-selector.yaml": "needs Kubeflow",
  "test/e2e/expectedfailures/large-workflow.yaml": "fails in Argo for its size, which is no failure here",
  "test/e2e/functional/resource-template.yaml": "waits for a phase that only its own test writes",
  "test/e2e/functional/json-argument.yaml": "an image of Argo's own that must be on the node already",
  "test/e2e/functional/template_level_host_aliases.yaml": "asks a name server of the internet",
  "test/e2e/functional/workflow_level_host_aliases.yaml": "asks a name server of the internet",
  "test/e2e/functional/workflow_template_level_host_aliases.yaml": "asks a name server of the internet",
};

function isRunnable(row: CorpusRow): boolean {
  return row.kind === "Workflow" && withinReach.test(row.localRunnable) && !["", "?"].includes(row.expected);
}

if (!hasCorpus)
  console.log("skipped: conformance-cluster: Argo's corpus is not here (set CAPSTAN_SHARED to its folder)");

describe.skipIf(!hasCorpus)("conformance with Argo's manifests on the cluster", () => {
  beforeAll(() => {
    freshNamespace(namespace);
    // Resource templates act as the workflow's account, which may nothing until somebody lets it.
    const account = `--serviceaccount=${namespace}:default`;
    kubectl(["create", "rolebinding", "default", "--clusterrole=cluster-admin", account, "-n", namespace]);
    // What workflows refer to and the coordinator may only read.
    for (const kind of ["PersistentVolumeClaim", "ConfigMap"])
      for (const object of documentsOfKind(readCorpus(), kind)) kubectl(["apply", "-n", namespace, "-f", "-"], object);
  });

  test("every runnable manifest ends as in Argo", { timeout: 30 * 60_000, retry: 0 }, async () => {
    const whyExcluded = (row: CorpusRow) => reasons[row.path] ?? exclusionOf(row.path);
    const verdicts = await runCorpus(server, { atOnce, isRunnable, whyExcluded });
    reportVerdicts("conformance-cluster", verdicts);
    if (isPartial) return;
    const floor = JSON.parse(readFileSync(join(import.meta.dirname, "conformance-floor.json"), "utf8")) as {
      tier1: number;
      all: number;
    };
    expect(passedIn(verdicts.filter(isFirstTier))).toBeGreaterThanOrEqual(floor.tier1);
    expect(passedIn(verdicts)).toBeGreaterThanOrEqual(floor.all);
  });
});
