/** Manifests that no run on one machine can judge, and why. They are listed with every run and counted in no sum. */
const reasons: Readonly<Record<string, string>> = {
  "examples/forever.yaml": "counts seconds up to 1000",
  "examples/input-artifact-s3.yaml": "reads an object of a bucket of somebody's",
  "test/e2e/functional/loop-sequence-many-long-pods.yaml": "7000 Pods at once, each sleeping for ten minutes",
  "test/e2e/synchronization/mutex-wf-level.yaml": "its apiVersion is misspelt (dbapiVersion): strict readers refuse it",
};

export function exclusionOf(path: string): string | undefined {
  return reasons[path];
}
