// Takes a fresh machine with any Node >= 18 from a clone to running. Plain JavaScript, no dependencies: nothing is installed yet.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPage } from "./page.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const pnpmVersion = "10.34.9";
const pinnedNode = join(root, "node_modules", "node", "bin", "node");
const binaries = join(root, "node_modules", ".bin");

function say(text) {
  process.stderr.write(`capstan: ${text}\n`);
}

/** Ends with one clear message: what is wrong and what to do. */
function giveUp(message) {
  process.stderr.write(`\ncapstan: ${message}\n`);
  process.exit(1);
}

function isInstalled(command, args = ["--version"]) {
  const result = spawnSync(command, args, { stdio: "ignore" });
  return result.error === undefined && result.status === 0;
}

function run(command, args, options = {}) {
  return spawnSync(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], encoding: "utf8", ...options });
}

/** What the installed packages were made from; a change means that they must be installed again. */
function dependencyFingerprint() {
  const hash = createHash("sha256");
  const manifests = ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", "tests/package.json"];
  for (const folder of ["apps", "packages"]) {
    for (const name of readdirSync(join(root, folder)).sort()) manifests.push(`${folder}/${name}/package.json`);
  }
  for (const manifest of manifests) {
    const path = join(root, manifest);
    if (existsSync(path)) hash.update(manifest).update(readFileSync(path));
  }
  return hash.digest("hex");
}

function installPackages() {
  const stamp = join(root, "node_modules", ".capstan-installed");
  const fingerprint = dependencyFingerprint();
  if (existsSync(stamp) && existsSync(pinnedNode) && readFileSync(stamp, "utf8") === fingerprint) return;
  say("installing packages (once, about half a minute) …");
  const result = run("npx", ["--yes", `pnpm@${pnpmVersion}`, "install", "--frozen-lockfile"], {
    env: { ...process.env, CI: "true", npm_config_update_notifier: "false" },
  });
  if (result.error || result.status !== 0) {
    process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}`);
    giveUp("the packages could not be installed: is the npm registry reachable? Then run the same command again.");
  }
  if (!existsSync(pinnedNode))
    giveUp("the workspace's own Node is missing after the install: remove node_modules and run again.");
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, fingerprint);
}

/** Runs apt-get as root or by a sudo that does not ask. */
function aptGet(args) {
  const isRoot = process.getuid?.() === 0;
  const [command, ...rest] = isRoot ? ["apt-get", ...args] : ["sudo", "-n", "apt-get", ...args];
  return run(command, rest, { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
}

const redisServer = {
  command: "redis-server",
  debian: "redis-server",
  macos: "brew install redis",
  why: "holds the running workflows",
};
const chromium = { command: "chromium", debian: "chromium", why: "looks at the web page" };

function installSystemPrograms(programs) {
  const missing = programs.filter((program) => !isInstalled(program.command));
  if (missing.length === 0) return;
  const names = missing.map((program) => `${program.command} (${program.why})`).join(", ");
  if (process.platform === "darwin") {
    giveUp(
      `missing: ${names}. Install with: ${missing.map((program) => program.macos).join(" && ")} — then run this again.`,
    );
  }
  const packages = missing.map((program) => program.debian);
  if (!isInstalled("apt-get")) {
    giveUp(`missing: ${names}. Install it with your system's package manager, then run this again.`);
  }
  say(`installing ${packages.join(", ")} …`);
  aptGet(["update", "-q"]);
  // Debian's package starts a server of its own on port 6379; Capstan starts its own on a free port, so keep that one from starting.
  const result = aptGet(["install", "-y", "-q", "--no-install-recommends", ...packages]);
  if (result.error || result.status !== 0 || missing.some((program) => !isInstalled(program.command))) {
    process.stderr.write(result.stderr ?? "");
    giveUp(
      `could not install ${packages.join(", ")}. As root (or with sudo) run: apt-get install -y ${packages.join(" ")} — then run this again.`,
    );
  }
}

function buildWebPage() {
  const failure = buildPage(pinnedNode, say);
  if (failure !== undefined) giveUp(`the web page could not be built:\n${failure}`);
}

/** Runs a command of the workspace with its pinned Node first on the path; its exit code becomes ours. */
function handOver(command, args) {
  const child = spawn(command, args, {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      PATH: `${dirname(pinnedNode)}:${binaries}:${process.env.PATH}`,
      TURBO_TELEMETRY_DISABLED: "1",
    },
  });
  // The terminal sends Ctrl-C to the whole group: the child decides how to end, we wait for it.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("error", (error) => giveUp(`${command} did not start: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
}

const commands = {
  setup: () => say("ready. Try: npx capstan run examples/hello-world.yaml"),
  demo: (args) => handOver(pinnedNode, ["apps/cli/bin/capstan.mjs", "run", "examples/demo.yaml", ...args]),
  test: (args) => handOver(pinnedNode, ["scripts/run-tests.mjs", ...args]),
  bench: (args) => handOver(pinnedNode, ["tests/bench/main.ts", ...args]),
  "bench:page": (args) => handOver(pinnedNode, ["tests/bench/page.ts", ...args]),
  screenshots: (args) => handOver(pinnedNode, ["tests/browser/screenshots.ts", ...args]),
};

/** Nobody who just runs workflows needs a browser of ours; elsewhere than on Linux CAPSTAN_CHROMIUM may name one. */
function needsBrowser(name, args) {
  if (process.platform !== "linux" || process.env.CAPSTAN_CHROMIUM) return false;
  if (name === "screenshots" || name === "bench:page") return true;
  return name === "test" && !args.includes("--list") && (args.length === 0 || args.includes("browser"));
}

const [name = "setup", ...args] = process.argv.slice(2);
const command = commands[name];
if (command === undefined) giveUp(`unknown command "${name}": one of ${Object.keys(commands).join(", ")}`);
if (process.platform === "win32") giveUp("Windows is not supported: use WSL 2 with Debian or Ubuntu.");
if (Number(process.versions.node.split(".")[0]) < 18)
  giveUp(`Node ${process.versions.node} is too old: install Node 18 or newer.`);
installPackages();
buildWebPage();
installSystemPrograms(needsBrowser(name, args) ? [redisServer, chromium] : [redisServer]);
command(args);
