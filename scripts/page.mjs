// Builds the web page where its sources have changed. Plain JavaScript without dependencies, like bootstrap.mjs.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const page = join(root, "apps", "ui");
const stamp = join(root, "node_modules", ".capstan-page-built");

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** What the page is made from. */
function fingerprint() {
  const hash = createHash("sha256");
  const single = [join(page, "index.html"), join(page, "vite.config.ts"), join(root, "pnpm-lock.yaml")];
  const files = [...filesBelow(join(page, "src")), ...filesBelow(join(root, "packages", "client", "src")), ...single];
  for (const file of files.sort()) hash.update(relative(root, file)).update(readFileSync(file));
  return hash.digest("hex");
}

/** Builds it with the workspace's Node, unless it is there and nothing has changed; what went wrong otherwise. */
export function buildPage(node, say) {
  const made = fingerprint();
  const isThere = existsSync(join(page, "dist", "index.html"));
  if (isThere && existsSync(stamp) && readFileSync(stamp, "utf8") === made) return undefined;
  say("building the web page …");
  const vite = join(page, "node_modules", "vite", "bin", "vite.js");
  const result = spawnSync(node, [vite, "build", "--logLevel", "warn"], { cwd: page, encoding: "utf8" });
  if (result.status !== 0) return `${result.error?.message ?? ""}${result.stdout ?? ""}${result.stderr ?? ""}`;
  writeFileSync(stamp, made);
  return undefined;
}
