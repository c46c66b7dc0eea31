// `npm run screenshots [FOLDER]`: every page, light and dark, wide and narrow, as it looks on a system on which something happens.
import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseManifests } from "@capstan/manifest";
import type { Manifest } from "./capstan-api.ts";
import { narrow, whyNoBrowser } from "./chromium.ts";
import { type KnownPage, knownPages, navigationPages, populate, untilSettled } from "./pages.ts";
import { failsWithout, hello, slowFanOut } from "./scenes.ts";
import { Stage } from "./stage.ts";

const repositoryRoot = resolve(import.meta.dirname, "../..");
const themes = ["light", "dark"] as const;
const sizes = { wide: { viewport: { width: 1280, height: 800 } }, narrow } as const;

/** The workflow of `npm run demo`. */
const demo = parseManifests(readFileSync(join(repositoryRoot, "examples/demo.yaml"), "utf8"));

/** What people's lists are like: some of everything, and something that runs. */
async function bringToLife({ api }: Stage): Promise<void> {
  await populate(api);
  for (const name of ["import-orders", "resize-images", "train-model", "publish-site"]) {
    await api.run(hello(name), "Succeeded");
  }
  await api.run(failsWithout("send-invoices", "/nowhere/settings"), "Failed");
  const [document] = demo.documents;
  if (document === undefined) throw new Error("examples/demo.yaml holds no workflow");
  await api.run({ ...(document.object as unknown as Manifest), metadata: { name: "demo" } }, "Succeeded");
  await api.submit(slowFanOut("render-frames"));
  await api.until("render-frames", "Running");
}

const alive: readonly KnownPage[] = [
  { name: "workflow-demo", path: "/workflows/default/demo" },
  { name: "workflow-failed", path: "/workflows/default/nightly-report" },
  { name: "workflow-running", path: "/workflows/default/render-frames" },
];

async function takeAll(stage: Stage, folder: string): Promise<void> {
  const pages = [...(await navigationPages(stage)), ...alive, ...knownPages];
  for (const { name, path, prepare } of pages) {
    for (const colorScheme of themes) {
      for (const [size, options] of Object.entries(sizes)) {
        const { page } = await stage.open(path, { ...options, colorScheme, reducedMotion: "reduce" });
        await untilSettled(page);
        await prepare?.(page);
        await untilSettled(page);
        await page.evaluate(() => document.fonts.ready.then(() => undefined));
        await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${size}.png`) });
        await stage.closePages();
      }
    }
    process.stdout.write(`${name}\n`);
  }
}

if (whyNoBrowser() !== undefined) process.exit(1);
const folder = resolve(process.argv[2] ?? join(repositoryRoot, ".cache/screenshots"));
mkdirSync(folder, { recursive: true });
const stage = await Stage.set();
try {
  await bringToLife(stage);
  await takeAll(stage, folder);
  // Its tasks would outlive the agent; on a slow machine it has ended by itself.
  if ((await stage.api.phaseOf("render-frames")) === "Running") await stage.api.terminate("render-frames");
} finally {
  await stage.strike();
}
process.stdout.write(`written to ${folder}\n`);
