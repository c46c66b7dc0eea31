interface Expectation {
  readonly phases: readonly string[];
  /** What in the manifest makes Argo end it so. */
  readonly why: string;
}

const either = ["Succeeded", "Failed"];

/**
 * Where the table only infers how a manifest ends (a trailing "?", or a no-test label that says why Argo's own tests leave it
 * out), the manifest itself tells. Rows that Argo's tests assert are never corrected here.
 */
const expectations: Readonly<Record<string, Expectation>> = {
  "examples/continue-on-fail.yaml": {
    phases: ["Succeeded"],
    why: "the only step that fails has continueOn.failed, so its group succeeds",
  },
  "examples/custom-metrics.yaml": { phases: either, why: "exits with a random code, without retries" },
  "examples/loops-arbitrary-sequential-steps.yaml": {
    phases: ["Failed"],
    why: "its fourth item exits with 1 to show that failFast ends the loop there",
  },
  "examples/pod-gc-strategy-with-label-selector.yaml": { phases: ["Failed"], why: "one step exits with 1" },
  "examples/pod-gc-strategy.yaml": { phases: ["Failed"], why: "one step exits with 1" },
  "examples/resubmit.yaml": { phases: either, why: "exits with random codes, without retries" },
  "examples/retry-conditional.yaml": {
    phases: ["Failed"],
    why: "exits with 1 or 2, never with 0: 2 is retried, 1 is not",
  },
  "examples/retry-on-error.yaml": { phases: either, why: "three attempts with random exit codes may all fail" },
  "examples/step-level-timeout.yaml": {
    phases: ["Failed"],
    why: "both steps time out, which is Failed, and one of them continues on errors only",
  },
  "examples/template-defaults.yaml": {
    phases: either,
    why: "retries of retries with random exit codes: nearly always one succeeds",
  },
  "examples/timeouts-workflow.yaml": { phases: ["Failed"], why: "sleeps for a day with a deadline of 30 seconds" },
  "examples/work-avoidance.yaml": { phases: either, why: "each of its steps fails by chance" },
  "test/e2e/functional/output-input-artifact-optional.yaml": {
    phases: ["Failed"],
    why: "no test runs it: the optional output does not exist and the argument that refers to it is not optional",
  },
};

export function expectationOf(path: string): Expectation | undefined {
  return expectations[path];
}
