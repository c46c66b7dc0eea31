import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { ImageDescription } from "./images.ts";

export const workspace: string = resolve(import.meta.dirname, "..", "..");

/** The web page's package; what the build makes of it is in its `dist`. */
export const pageFolder = "apps/ui";

interface PackageFile {
  readonly packageManager?: string;
  readonly dependencies?: { readonly [name: string]: string };
  readonly devDependencies?: { readonly [name: string]: string };
}

/** What a package runs with, without what only its tests use. */
const programFolders = ["src", "bin"];
const testFile = /\.test\.ts$|\/(testing|fixtures)\//;

/** The files of the workspace that an image is made from, as paths relative to it. Throws where the page that it serves is not built. */
export function sourceFiles({ content }: ImageDescription): readonly string[] {
  if (content.kind === "files") return filesBelow(content.from).filter((file) => file.endsWith(content.suffix));
  const programs = appClosure(content.folder).flatMap((folder) =>
    folder === pageFolder
      ? [`${folder}/package.json`, ...builtPage()]
      : [
          `${folder}/package.json`,
          ...programFolders.flatMap((part) => filesBelow(`${folder}/${part}`)).filter((file) => !testFile.test(file)),
        ],
  );
  return ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ...programs];
}

/** An image holds the page as browsers get it, not what it is built from. */
function builtPage(): readonly string[] {
  const built = filesBelow(`${pageFolder}/dist`);
  if (!built.includes(`${pageFolder}/dist/index.html`))
    throw new Error("the web page is not built: npm run setup (in a build stage deploy/docker/build-page.ts)");
  return built;
}

/** Changes when the image would: its description, its sources, its Node. */
export function fingerprint(image: ImageDescription): string {
  const hash = createHash("sha256").update(JSON.stringify(image)).update(pinnedNodeVersion());
  for (const file of sourceFiles(image)) hash.update(file).update(readFileSync(join(workspace, file)));
  return hash.digest("hex");
}

/** The Node that Capstan is tested with. */
export function pinnedNodeVersion(): string {
  const version = packageFile(".").devDependencies?.["node"];
  if (version === undefined) throw new Error("the workspace's package.json pins no Node");
  return version;
}

/** `pnpm@` and its version. */
export function packageManager(): string {
  return packageFile(".").packageManager ?? "pnpm";
}

/** The app's folder and those of the workspace's packages that it needs, directly or not. */
function appClosure(start: string): readonly string[] {
  const folders = new Set([start]);
  for (const folder of folders) {
    for (const [name, version] of Object.entries(packageFile(folder).dependencies ?? {})) {
      if (version.startsWith("workspace:")) folders.add(folderOf(name));
    }
  }
  return [...folders];
}

function folderOf(name: string): string {
  const short = name.replace("@capstan/", "");
  const folder = [`packages/${short}`, `apps/${short}`].find((one) => existsSync(join(workspace, one)));
  if (folder === undefined) throw new Error(`no folder of the workspace holds ${name}`);
  return folder;
}

function filesBelow(folder: string): readonly string[] {
  const place = join(workspace, folder);
  if (!existsSync(place)) return [];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(workspace, join(entry.parentPath, entry.name)))
    .sort();
}

function packageFile(folder: string): PackageFile {
  return JSON.parse(readFileSync(join(workspace, folder, "package.json"), "utf8")) as PackageFile;
}
