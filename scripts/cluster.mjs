// `npm run cluster:up|deploy|exec|link|down`: the test cluster (tests/cluster/lab). Plain JavaScript: a clean machine has Node 20, npm, apt and Go only.
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

/** The settings of a further cluster follow from its number: everything that must differ does. */
function settingsOf(number) {
  return {
    CAPSTAN_CLUSTER_NAME: `capstan${number}`,
    CAPSTAN_CLUSTER_NET: `10.${244 - number}`,
    CAPSTAN_CLUSTER_LOOPBACK: `127.88.${number}.1`,
    CAPSTAN_CLUSTER_NODE: `node-${number + 1}`,
  };
}

/** Takes `--number N` out of the arguments; for `exec` only where it stands first: what follows is a command's own. */
function takeNumber(command, args) {
  const at = args.indexOf("--number");
  if (at < 0 || (command === "exec" && at > 0)) return { number: undefined, rest: args };
  if (!/^[0-9]$/.test(args[at + 1] ?? "")) giveUp("--number takes 0 to 9");
  return { number: Number(args[at + 1]), rest: args.filter((_, index) => index !== at && index !== at + 1) };
}

/** What the scripts read: the cluster's settings, or those of the two that a line joins (the default one and the numbered). */
function environmentOf(command, number) {
  if (command !== "link") return number === undefined || number === 0 ? {} : settingsOf(number);
  if (number === 0) giveUp("a line joins the default cluster and another: --number takes 1 to 9");
  const { CAPSTAN_CLUSTER_NAME: name, CAPSTAN_CLUSTER_NET: net } = settingsOf(number ?? 1);
  return { CAPSTAN_CLUSTER_PEER_NAME: name, CAPSTAN_CLUSTER_PEER_NET: net };
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
  const scripts = {
    up: "up.sh",
    deploy: "deploy.sh",
    exec: "exec.sh",
    kwok: "kwok.sh",
    link: "link.sh",
    down: "down.sh",
  };
  const script = scripts[command];
  if (script === undefined) giveUp(`unknown command "${command}": one of ${Object.keys(scripts).join(", ")}`);
  const reason = whyNoCluster();
  if (reason !== undefined) giveUp(reason);
  const { number, rest } = takeNumber(command, args);
  const words = rest[0] === "--" ? rest.slice(1) : rest;
  if (command === "exec" && words.length === 0)
    giveUp("npm run cluster:exec -- COMMAND …, for example kubectl get pods -A");
  run(script, words, environmentOf(command, number));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
