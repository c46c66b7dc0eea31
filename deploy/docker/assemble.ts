// Puts together what is in an image besides its base: `node deploy/docker/assemble.ts IMAGE FOLDER`. The Dockerfile runs it in its build
// stage and the test cluster's image builder on the machine itself, so that both make the same image.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { packageManager, pageFolder, pinnedNodeVersion, sourceFiles, workspace } from "./image-sources.ts";
import { appFolder, type ImageDescription, images, nodePath } from "./images.ts";
import { plainJavaScript } from "./plain-javascript.ts";

/** Writes the image's files into `folder`, which becomes its root. Of a static busybox the base has to take care. */
export function assemble(image: ImageDescription, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  const { content } = image;
  if (content.kind === "files") {
    for (const file of sourceFiles(image)) copy(file, join(folder, content.to, basename(file)), 0o755);
    return;
  }
  const app = join(folder, appFolder);
  for (const file of sourceFiles(image)) {
    if (isSource(file)) writePlain(file, app);
    else copy(file, join(app, file), 0o644);
  }
  installDependencies(app, content.folder);
  const node = join(folder, nodePath);
  mkdirSync(dirname(node), { recursive: true });
  cpSync(realpathSync(pinnedNode()), node);
  chmodSync(node, 0o755);
}

/** The page's files are as browsers get them. */
function isSource(file: string): boolean {
  return !file.startsWith(`${pageFolder}/dist/`);
}

function writePlain(file: string, app: string): void {
  const { path, text } = plainJavaScript({ path: file, text: readFileSync(join(workspace, file), "utf8") });
  const target = join(app, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text, { mode: 0o644 });
}

function copy(file: string, target: string, mode: number): void {
  mkdirSync(dirname(target), { recursive: true });
  cpSync(join(workspace, file), target);
  chmodSync(target, mode);
}

/** The lockfile's production dependencies of one app, none of tests and tools. */
function installDependencies(app: string, folder: string): void {
  const install = ["install", "--prod", "--frozen-lockfile", "--prefer-offline", "--filter", `{./${folder}}...`];
  const result = spawnSync("npx", ["--yes", packageManager(), ...install], {
    ...{ cwd: app, stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" },
    env: { ...process.env, CI: "true", npm_config_update_notifier: "false" },
  });
  if (result.error !== undefined) throw new Error(`npx could not be started: ${result.error.message}`);
  if (result.status !== 0)
    throw new Error(`pnpm could not install the dependencies of ${folder}:\n${result.stdout}${result.stderr}`);
  // What pnpm notes for its next run holds times and paths of this machine.
  for (const note of [".modules.yaml", ".pnpm-workspace-state-v1.json", ".pnpm/lock.yaml"])
    rmSync(join(app, "node_modules", note), { force: true });
  // So do its scripts that start commands, and nobody in an image starts any.
  for (const { name, parentPath } of readdirSync(app, { recursive: true, withFileTypes: true }))
    if (name === ".bin") rmSync(join(parentPath, name), { recursive: true, force: true });
}

/** This very Node when it is the pinned one (as in a build stage), otherwise the workspace's own. */
function pinnedNode(): string {
  const version = pinnedNodeVersion();
  if (process.version === `v${version}`) return process.execPath;
  const own = join(workspace, "node_modules", "node", "bin", "node");
  if (existsSync(own)) return own;
  throw new Error(`the image needs Node ${version}: run this with it, or "npm run setup" first`);
}

if (import.meta.main) {
  const [name, folder] = process.argv.slice(2);
  const image = images.find((one) => one.name === name);
  if (image === undefined || folder === undefined) {
    process.stderr.write(`usage: assemble.ts ${images.map((one) => one.name).join("|")} FOLDER\n`);
    process.exit(2);
  }
  assemble(image, resolve(folder));
}
