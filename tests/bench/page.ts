// `npm run bench:page`: the web page's figures, measured in Chromium against a real coordinator, Redis and agent.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createRedis, RedisWorkflowIndex } from "@capstan/redis";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../browser/chromium.ts";
import { type RunningSystem, startSystem } from "../system/start-system.ts";
import { type BenchRow, printRows, quantile, writeRows } from "./report.ts";
import { fanOutWorkflow } from "./workflows.ts";

const memoryMinutes = Number(process.argv.at(2) ?? 2);
const changes = 20;
const listed = 20_000;
const large = 100_000;
const waiting = {
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Workflow",
  metadata: { generateName: "waits-" },
  spec: { entrypoint: "main", templates: [{ name: "main", suspend: {} }] },
};

const system = await startSystem({ runtime: "noop", concurrency: 100 });
const browser = await launchChromium();
try {
  const rows = [
    firstLoad(),
    ...(await changeLatency(system, browser)),
    ...(await longList(system, browser)),
    ...(await largeWorkflow(system, browser)),
    await memory(system, browser),
  ];
  printRows(rows);
  process.stdout.write(`\nwritten to ${writeRows(rows, new Date())}\n`);
} finally {
  await browser.close();
  await system.stop();
}

/** The scripts that the first page loads before anything is shown, as they go over the line. */
function firstLoad(): BenchRow {
  const folder = resolve(import.meta.dirname, "../../apps/ui/dist");
  const html = readFileSync(join(folder, "index.html"), "utf8");
  const first = [...html.matchAll(/assets\/([\w.-]+\.js)/g)].map(([, name]) => name ?? "");
  // The list and what it brings come right after.
  const list = readdirSync(join(folder, "assets")).filter((name) =>
    /^(workflows-page|actions|states|time)-.*\.js$/.test(name),
  );
  const bytes = [...new Set([...first, ...list])].reduce(
    (sum, name) => sum + readFileSync(join(folder, "assets", `${name}.gz`)).length,
    0,
  );
  return judged("first load: script, gzip", bytes / 1024, "KiB", "< 300", bytes < 300 * 1024);
}

async function submit(workflow: object): Promise<string> {
  const response = await fetch(`${system.url}/api/v1/workflows/default`, {
    method: "POST",
    body: JSON.stringify({ workflow }),
  });
  if (!response.ok) throw new Error(await response.text());
  return ((await response.json()) as { metadata: { name: string } }).metadata.name;
}

/** From the answer to a request, which comes after its commit (of a submit: before), to the page that shows it. */
async function changeLatency({ url }: RunningSystem, browser: Browser): Promise<readonly BenchRow[]> {
  const page = await browser.newPage();
  const ofWorkflow: number[] = [];
  for (let index = 0; index < changes; index++) {
    const name = await submit(waiting);
    await page.goto(`${url}/workflows/default/${name}`);
    await page.locator("canvas").waitFor();
    const shown = await untilText(page, "header .chip", "suspended");
    await fetch(`${url}/api/v1/workflows/default/${name}/suspend`, { method: "PUT" });
    ofWorkflow.push(await delayOf(shown));
  }
  await page.goto(`${url}/workflows`);
  await page.getByRole("row").nth(1).waitFor();
  const ofList: number[] = [];
  for (let index = 0; index < changes; index++) {
    const name = `listed-${index}`;
    const shown = await untilText(page, ".cell-name a", name);
    await submit({ ...waiting, metadata: { name } });
    ofList.push(await delayOf(shown));
  }
  await page.close();
  return [
    ...latencyRows("a change on the workflow's page after its commit", ofWorkflow),
    ...latencyRows("a new workflow on the list after its submit", ofList),
  ];
}

/** When the first element that the selector finds will say so, by the clock that the page shares with us: the page watches from when this resolves. */
async function untilText(page: Page, selector: string, text: string): Promise<() => Promise<number>> {
  const watch = await page.evaluateHandle(
    ([where, wanted]) => {
      const shown = new Promise<number>((done) => {
        const observer = new MutationObserver(() => {
          if (document.querySelector(where)?.textContent !== wanted) return;
          observer.disconnect();
          done(Date.now());
        });
        observer.observe(document.body, { childList: true, subtree: true, characterData: true });
      });
      // Wrapped, or else the browser's answer would wait for it.
      return { shown };
    },
    [selector, text] as const,
  );
  return () => watch.evaluate(({ shown }) => shown);
}

async function delayOf(shown: () => Promise<number>): Promise<number> {
  const answeredAtMs = Date.now();
  return Math.max(0, (await shown()) - answeredAtMs);
}

function latencyRows(name: string, delays: readonly number[]): readonly BenchRow[] {
  const p95 = quantile(delays, 0.95);
  return [
    { name: `${name}, p50`, value: quantile(delays, 0.5), unit: "ms" },
    judged(`${name}, p95`, p95, "ms", "< 250", p95 < 250),
  ];
}

/** Rows are put into the index itself: their workflows are of no interest here. */
async function longList({ url, redis }: RunningSystem, browser: Browser): Promise<readonly BenchRow[]> {
  const client = createRedis(redis.url, "api");
  const index = new RedisWorkflowIndex(client);
  for (let from = 0; from < listed; from += 500) {
    await index.put(Array.from({ length: 500 }, (_, at) => ({ version: "1-0", summary: aSummary(from + at) })));
  }
  client.disconnect();
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${url}/workflows?namespace=long`);
  await page.getByRole("row").nth(20).waitFor();
  const frames = await framesWhile(page, 6_000, "scroll");
  const shown = await page.getByRole("row").count();
  await page.close();
  return [
    judged("20,000 rows: frames a second while scrolling", frames, "fps", ">= 50", frames >= 50),
    { name: "20,000 rows: in the document at once", value: shown, unit: "rows" },
  ];
}

function aSummary(index: number) {
  return {
    ...{ uid: `row-${index}`, shard: 0, namespace: "long", name: `row-${index}`, phase: "Succeeded" as const },
    ...{ progress: "1/1", submittedAtMs: 1_700_000_000_000 + index, startedAtMs: 1_700_000_000_000 + index },
    ...{ finishedAtMs: 1_700_000_001_000 + index, suspended: false, labels: {}, priority: 0 },
  };
}

async function largeWorkflow({ url }: RunningSystem, browser: Browser): Promise<readonly BenchRow[]> {
  const name = await submit(fanOutWorkflow(large));
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await untilDone(url, name);
  await page.goto(`${url}/workflows`);
  const cold = await openFromList(page, name);
  await page.goto(`${url}/workflows`);
  const warm = await openFromList(page, name);
  const canvas = page.locator("canvas");
  await canvas.focus();
  // The loop is the only thing drawn: an arrow chooses it, Enter opens it.
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Close", exact: true }).waitFor();
  await page.getByRole("button", { name: "Fit" }).click();
  const frames = await framesWhile(page, 5_000, "pan and zoom");
  await page.close();
  return [
    judged("100,000 nodes: opened for the first time", cold, "ms", "< 1,000", cold < 1_000),
    { name: "100,000 nodes: opened again", value: warm, unit: "ms" },
    judged("5,000 nodes in sight: frames a second in pan and zoom", frames, "fps", ">= 50", frames >= 50),
  ];
}

async function untilDone(url: string, name: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/api/v1/capstan/workflows?text=${name}`);
    const { items } = (await response.json()) as { items: readonly { finishedAtMs?: number }[] };
    if (items[0]?.finishedAtMs !== undefined) return;
    await new Promise((done) => setTimeout(done, 500));
  }
}

/** From the click to the frame that shows the graph, by the page's clock: how long the browser's driver takes to click is of no interest. */
async function openFromList(page: Page, name: string): Promise<number> {
  const link = page.getByRole("link", { name });
  await link.waitFor();
  const opening = await page.evaluateHandle(() => {
    const clicked = new Promise<number>((done) =>
      addEventListener("click", () => done(performance.now()), { capture: true, once: true }),
    );
    const drawn = new Promise<void>((done) => {
      const observer = new MutationObserver(() => {
        if (document.querySelector("canvas") === null) return;
        observer.disconnect();
        // The next frame draws it, the one after that comes when it is shown.
        requestAnimationFrame(() => requestAnimationFrame(() => done()));
      });
      observer.observe(document.body, { childList: true, subtree: true });
    });
    // Wrapped, or else the browser's answer would wait for it.
    return { ms: Promise.all([clicked, drawn]).then(([clickedAtMs]) => performance.now() - clickedAtMs) };
  });
  await link.click();
  return opening.evaluate(({ ms }) => ms);
}

/** Frames a second while something is done at every one of them. */
async function framesWhile(page: Page, durationMs: number, what: "scroll" | "pan and zoom"): Promise<number> {
  return page.evaluate(
    async ([ms, wanted]) => {
      const canvas = document.querySelector("canvas");
      const { x, y } = canvas?.getBoundingClientRect() ?? { x: 0, y: 0 };
      const at = { clientX: x + 300, clientY: y + 200, bubbles: true, cancelable: true };
      const from = performance.now();
      let frames = 0;
      while (performance.now() - from < ms) {
        if (wanted === "scroll") scrollBy(0, 400);
        else {
          canvas?.dispatchEvent(new WheelEvent("wheel", { ...at, deltaX: 3, deltaY: 1 }));
          canvas?.dispatchEvent(new WheelEvent("wheel", { ...at, deltaY: frames % 60 < 30 ? -6 : 6, ctrlKey: true }));
        }
        await new Promise(requestAnimationFrame);
        frames++;
      }
      return (frames * 1_000) / (performance.now() - from);
    },
    [durationMs, what] as const,
  );
}

/** The page's heap after minutes of live changes, against the heap after the first of them. */
async function memory({ url }: RunningSystem, browser: Browser): Promise<BenchRow> {
  const page = await browser.newPage();
  await page.goto(`${url}/workflows`);
  await page.getByRole("row").nth(1).waitFor();
  const heap = async () => {
    const session = await page.context().newCDPSession(page);
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    await session.detach();
    return usedSize / 1024 / 1024;
  };
  const untilMs = Date.now() + memoryMinutes * 60_000;
  let first: number | undefined;
  for (let round = 0; Date.now() < untilMs; round++) {
    await submit(fanOutWorkflow(50));
    await new Promise((done) => setTimeout(done, 500));
    if (round === 20) first = await heap();
  }
  const growth = (await heap()) - (first ?? 0);
  await page.close();
  return judged(`heap's growth over ${memoryMinutes} minutes of changes`, growth, "MiB", "< 10", growth < 10);
}

function judged(name: string, value: number, unit: string, target: string, reached: boolean): BenchRow {
  return { name, value, unit, target, reached };
}
