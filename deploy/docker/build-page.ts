// Builds the web page in an image's build stage, where nothing is installed yet: `node deploy/docker/build-page.ts`. In the repository itself
// `npm run setup` builds it.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { packageManager, pageFolder, workspace } from "./image-sources.ts";

function run(command: string, args: readonly string[], folder: string): void {
  const env = { ...process.env, CI: "true", npm_config_update_notifier: "false" };
  const { status } = spawnSync(command, args, { cwd: join(workspace, folder), stdio: "inherit", env });
  if (status !== 0) process.exit(status ?? 1);
}

const install = ["install", "--frozen-lockfile", "--prefer-offline", "--filter", `{./${pageFolder}}...`];
run("npx", ["--yes", packageManager(), ...install], ".");
run(process.execPath, ["node_modules/vite/bin/vite.js", "build"], pageFolder);
