// `npm run cluster:up|exec|down`: the test cluster (tests/cluster/lab). Plain JavaScript: a clean machine has Node 20, npm, apt and Go only.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const lab = join(root, "tests", "cluster", "lab");

function giveUp(message) {
  process.stderr.write(`capstan: ${message}\n`);
  process.exit(1);
}

/** What this machine lacks for a cluster of its own; undefined when it has all. Packages of Debian are installed by the scripts. */
export function whyNoCluster() {
  if (process.platform !== "linux") return "a test cluster needs Linux: point KUBECONFIG at a cluster of yours";
  if (process.getuid?.() !== 0)
    return "a test cluster needs root (network namespaces, mounts): point KUBECONFIG at a cluster of yours";
  const has = (command, args) => spawnSync(command, args, { stdio: "ignore" }).status === 0;
  if (!has("ip", ["-V"])) return "ip is missing: apt-get install -y iproute2";
  const cache =
    process.env.CAPSTAN_CLUSTER_CACHE ??
    join(process.env.XDG_CACHE_HOME ?? join(process.env.HOME ?? "/root", ".cache"), "capstan-cluster");
  if (!existsSync(join(cache, "bin", "lab")) && !has("go", ["version"]))
    return "Kubernetes is built once from its Go modules, and there is no Go: install Go 1.24 or newer";
  if (spawnSync("unshare", ["--net", "true"], { stdio: "ignore" }).status !== 0)
    return "this machine allows no network namespaces: point KUBECONFIG at a cluster of yours";
  return undefined;
}

/** The settings of a second cluster follow from its number: everything that must differ does. */
function settingsOf(args) {
  const at = args.indexOf("--number");
  if (at < 0) return { environment: {}, rest: args };
  const number = Number(args[at + 1]);
  if (!Number.isInteger(number) || number < 0 || number > 9) giveUp("--number takes 0 to 9");
  const environment =
    number === 0
      ? {}
      : {
          CAPSTAN_CLUSTER_NAME: `capstan${number}`,
          CAPSTAN_CLUSTER_NET: `10.${244 - number}`,
          CAPSTAN_CLUSTER_LOOPBACK: `127.88.${number}.1`,
          CAPSTAN_CLUSTER_NODE: `node-${number + 1}`,
        };
  return { environment, rest: args.filter((_, index) => index !== at && index !== at + 1) };
}

function run(script, args, environment) {
  // The scripts handle their own interruption; what is half-done the next `up` repairs.
  const result = spawnSync("bash", [join(lab, script), ...args], {
    stdio: "inherit",
    env: { ...process.env, KUBECONFIG: "", ...environment },
  });
  process.exit(result.status ?? 1);
}

function main() {
  const [command = "", ...args] = process.argv.slice(2);
  const { environment, rest } = settingsOf(args);
  const scripts = { up: "up.sh", down: "down.sh", exec: "exec.sh", kwok: "kwok.sh", deploy: "deploy.sh" };
  const script = scripts[command];
  if (script === undefined) giveUp(`unknown command "${command}": one of ${Object.keys(scripts).join(", ")}`);
  const reason = whyNoCluster();
  if (reason !== undefined) giveUp(reason);
  const words = rest[0] === "--" ? rest.slice(1) : rest;
  if (command === "exec" && words.length === 0)
    giveUp("npm run cluster:exec -- COMMAND …, for example kubectl get pods -A");
  run(script, words, environment);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
