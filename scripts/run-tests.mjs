// `npm test`: every gate and every suite, two at a time, with one closing line 'N passed, N failed'.
// `npm test -- core simulation` runs only what is named; `npm test -- --list` names them all.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { whyNoCluster } from "./cluster.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const results = join(root, ".cache", "test-results");
const binaries = join(root, "node_modules", ".bin");

/** A gate is one check that passes or fails as a whole. */
const gates = [
  { name: "lint", command: ["biome", "check", "."] },
  { name: "typecheck", command: ["turbo", "run", "typecheck", "--output-logs=errors-only"] },
  { name: "deps", command: ["depcruise", "--config", ".dependency-cruiser.cjs", "packages", "apps", "tests"] },
  { name: "knip", command: ["knip"] },
];

/** A suite is a folder with a vitest project; cheap ones first. */
const suites = [
  "packages/expressions",
  "packages/core",
  "packages/manifest",
  "packages/protocol",
  "packages/testkit",
  "packages/redis",
  "packages/kubernetes",
  "packages/client",
  "apps/ui",
  "apps/coordinator",
  "apps/cli",
  "apps/agent",
  "tests/simulation",
  "tests/conformance",
  "tests/e2e",
  "tests/chaos",
  "tests/browser",
  "tests/deploy",
  "tests/cluster",
].map((folder) => ({ name: folder.replace(/^.*\//, ""), folder }));

function runCommand(command, args, cwd) {
  return new Promise((resolveRun) => {
    const chunks = [];
    const child = spawn(command, args, {
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1" },
    });
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    child.stderr.on("data", (chunk) => chunks.push(chunk));
    child.on("error", (error) => resolveRun({ code: 1, output: `${command}: ${error.message}` }));
    child.on("close", (code) => resolveRun({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}

async function runGate(gate) {
  const [command, ...args] = gate.command;
  const { code, output } = await runCommand(join(binaries, command), args, root);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, output: code === 0 ? "" : output };
}

/** The cluster's program is built once a machine, beside the other suites and behind them: it takes two cores six minutes. */
let building;
function buildCluster() {
  building ??= runCommand("nice", ["-n", "19", "bash", join(root, "tests/cluster/lab/build.sh")], root);
  return building;
}

/** What enforces NetworkPolicies there: a test of the suite would build it, with everything waiting. */
async function buildAllOfCluster() {
  const { code } = await buildCluster();
  if (code === 0)
    await runCommand("nice", ["-n", "19", "bash", join(root, "tests/cluster/lab/network-policies.sh")], root);
}

/** What keeps the cluster's tests from running here; undefined when they can. */
function whyNoClusterTests() {
  if (!process.env.KUBECONFIG) return whyNoCluster();
  if (process.env.CAPSTAN_CLUSTER_SERVER) return undefined;
  return "KUBECONFIG names a cluster: set CAPSTAN_CLUSTER_SERVER to the address of the Capstan that is deployed there";
}

/** Brings the test cluster up, deploys to it, and runs the suite beside it; on a cluster of the user's own, only the last. */
async function runClusterSuite(suite) {
  const reason = whyNoClusterTests();
  if (reason !== undefined) return { passed: 0, failed: 0, skipped: 1, output: `skipped: cluster tests: ${reason}\n` };
  if (process.env.KUBECONFIG) return runVitest(suite, []);
  const cluster = join(root, "scripts", "cluster.mjs");
  await buildCluster();
  // One that runs already is somebody's and stays; in CI nothing that an earlier run left may decide.
  const isOurs = process.env.CI === "true" || !existsSync("/run/netns/capstan0");
  const steps = isOurs ? [["down", "--erase"], ["up"], ["deploy"]] : [["up"], ["deploy"]];
  for (const step of steps) {
    const { code, output } = await runCommand("node", [cluster, ...step], root);
    if (code !== 0)
      return { passed: 0, failed: 1, skipped: 0, output: `cluster:${step[0]} failed\n${output.slice(-8_000)}` };
  }
  const address = await runCommand(
    "node",
    [
      cluster,
      "exec",
      "--",
      "kubectl",
      "get",
      "service",
      "-n",
      "capstan",
      "capstan-coordinator",
      "-o",
      "jsonpath={.spec.clusterIP}",
    ],
    root,
  );
  const beside = ["node", cluster, "exec", "--", "env", `CAPSTAN_CLUSTER_SERVER=http://${address.output.trim()}:2746`];
  const result = await runVitest(suite, beside);
  if (isOurs) await runCommand("node", [cluster, "down", "--erase"], root);
  return result;
}

/** The chart's tests need helm, which is built behind the cluster's program, once a machine; without Go they say that they are skipped. */
let helm;
function buildHelm() {
  helm ??= buildCluster().then(({ code }) =>
    code === 0 ? runCommand("nice", ["-n", "19", "bash", join(root, "tests/cluster/lab/helm.sh")], root) : undefined,
  );
  return helm;
}

async function runDeploySuite(suite) {
  if (whyNoCluster() === undefined) await buildHelm();
  return runVitest(suite, []);
}

function runSuite(suite) {
  if (suite.folder === "tests/deploy") return runDeploySuite(suite);
  return suite.folder === "tests/cluster" ? runClusterSuite(suite) : runVitest(suite, []);
}

/** Runs a suite's vitest, behind a command that puts it where it belongs. */
async function runVitest(suite, prefix) {
  const report = join(results, `${suite.name}.json`);
  rmSync(report, { force: true });
  const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const [command, ...rest] = [...prefix, join(binaries, "vitest"), ...args];
  const { code, output } = await runCommand(command, rest, join(root, suite.folder));
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0, output };
  const { numPassedTests: passed, numFailedTests, numPendingTests: skipped } = JSON.parse(readFileSync(report, "utf8"));
  // A file that does not load fails without a failed test: the exit code knows.
  const failed = code === 0 ? 0 : Math.max(1, numFailedTests);
  return { passed, failed, skipped, output: failed > 0 ? output : figures(output) };
}

/** The lines that suites print to be seen even when all is well: "N of M" tables and reasons for skips. */
function figures(output) {
  const lines = output
    .split("\n")
    .filter((line) => /^\s*(vectors|conformance|conformance-cluster|simulation|chaos|skipped:)[ :]/.test(line));
  return lines.length > 0 ? `${lines.join("\n")}\n` : "";
}

async function runAll(jobs) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  // A cluster takes both cores: what is short of time beside it would fail for that.
  const isCluster = (job) => job.folder === "tests/cluster";
  const waiting = jobs.filter((job) => !isCluster(job));
  const worker = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      const startedAt = Date.now();
      const result = await (job.folder ? runSuite(job) : runGate(job));
      total.passed += result.passed;
      total.failed += result.failed;
      total.skipped += result.skipped;
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
      const counts = `${result.passed} passed, ${result.failed} failed${result.skipped ? `, ${result.skipped} skipped` : ""}`;
      process.stdout.write(
        `${result.failed ? "✖" : "✔"} ${job.name.padEnd(12)} ${counts} (${seconds} s)\n${result.output}`,
      );
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(2, cpus().length)) }, worker));
  waiting.push(...jobs.filter(isCluster));
  await worker();
  return total;
}

const all = [...gates, ...suites.filter((suite) => existsSync(join(root, suite.folder, "vitest.config.ts")))];
const wanted = process.argv.slice(2);
if (wanted.includes("--list")) {
  process.stdout.write(`${all.map((job) => job.name).join("\n")}\n`);
  process.exit(0);
}
const unknown = wanted.filter((name) => !all.some((job) => job.name === name));
if (unknown.length > 0) {
  process.stderr.write(`unknown: ${unknown.join(", ")}. One of: ${all.map((job) => job.name).join(", ")}\n`);
  process.exit(2);
}
mkdirSync(results, { recursive: true });
const jobs = wanted.length > 0 ? all.filter((job) => wanted.includes(job.name)) : all;
if (jobs.some((job) => job.folder === "tests/cluster") && !process.env.KUBECONFIG && whyNoClusterTests() === undefined)
  void buildAllOfCluster();
const total = await runAll(jobs);
process.stdout.write(
  `${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ""}\n`,
);
process.exit(total.failed > 0 ? 1 : 0);
