#!/usr/bin/env node
// Plain JavaScript, so that any Node can read it: the program itself needs a Node that runs TypeScript.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major > 22 || (major === 22 && minor >= 18)) {
  module.enableCompileCache?.();
  await import("../src/main.ts");
} else {
  runUnder(workspaceNode());
}

/** The Node that the workspace has of its own. */
function workspaceNode() {
  const root = join(here, "..", "..", "..");
  const pinned = join(root, "node_modules", "node", "bin", "node");
  if (existsSync(pinned)) return pinned;
  try {
    return join(dirname(module.createRequire(join(root, "package.json")).resolve("node/package.json")), "bin", "node");
  } catch {
    process.stderr.write(
      `capstan: Node ${process.versions.node} cannot run it (22.18 or newer can). Run "npm run setup" in ${root}: it installs one of its own.\n`,
    );
    process.exit(1);
  }
}

/** Ctrl-C reaches the whole process group, so the child hears it by itself; a signal to this process alone is passed on. */
function runUnder(node) {
  // The channel tells the child when this process is gone.
  const stdio = ["inherit", "inherit", "inherit", "ipc"];
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio });
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    process.stderr.write(`capstan: ${node} does not start: ${error.message}\n`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
