import { createReadStream } from "node:fs";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { whyNoBrowser } from "./chromium.ts";
import { longLog } from "./scenes.ts";
import { Stage } from "./stage.ts";

/** The page without a log takes a tenth of it; the log alone would take it twice. */
const heapBytesMax = 100_000_000;

/** On a machine that does much else meanwhile. */
const setUpWithinMs = 180_000;

describe.skipIf(whyNoBrowser())("a log of 200 MB", () => {
  let stage: Stage;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "capstan-long-log-"));
    stage = await Stage.set();
    await stage.api.run(longLog("long"), "Succeeded");
  }, setUpWithinMs);
  afterEach(() => stage.closePages());
  afterAll(async () => {
    await stage.strike();
    await rm(folder, { recursive: true });
  });

  async function openLog(name = "long") {
    const { page, faults } = await stage.open(`/workflows/default/${name}`);
    await page.getByLabel("Find a node").fill(name);
    await page.locator(".find-result").first().click();
    await page.getByRole("tab", { name: "Log" }).click();
    const log = page.getByRole("log");
    return { page, faults, log, end: log.getByText("the end", { exact: true }) };
  }

  it("is shown from its end, in a page that stays small, which says how much of it that is", async () => {
    const { page, faults, log, end } = await openLog();
    await end.waitFor();
    await page.getByText(/^20,000 lines: the last 5\.9 MB of 200 MB/).waitFor();
    expect(await log.locator(".log-line").count()).toBeLessThan(200);
    expect(await heapBytes(page)).toBeLessThan(heapBytesMax);
    expect(faults).toEqual([]);
  });

  it("is followed while it is written, faster than anybody reads", async () => {
    const gate = join(folder, "gate");
    await stage.api.submit(longLog("flood", `test -e ${gate}`));
    await stage.api.until("flood", "Running");
    const { page, faults, log, end } = await openLog("flood");
    await log.getByText("Nothing was written yet.").waitFor();
    await writeFile(gate, "");
    await end.waitFor();
    await page.getByText(/^20,000 lines: the last 5\.9 MB of 200 MB/).waitFor();
    expect(await log.locator(".log-line").count()).toBeLessThan(200);
    expect(await heapBytes(page)).toBeLessThan(heapBytesMax);
    await stage.api.until("flood", "Succeeded");
    expect(faults).toEqual([]);
  });

  it("is searched as a whole", async () => {
    const { page, faults, log } = await openLog();
    await page.getByLabel("Search in the log").fill("the needle");
    await log.getByText("the Needle lies here").waitFor();
    await page.getByText("1 line found", { exact: true }).waitFor();
    await page.getByLabel("Search in the log").fill("WELL");
    await page.getByText("20,000 lines found, the last of them", { exact: true }).waitFor();
    await page.getByLabel("Search in the log").fill("is not there");
    await log.getByText("No line holds that.").waitFor();
    expect(await heapBytes(page)).toBeLessThan(heapBytesMax);
    expect(faults).toEqual([]);
  });

  it("is downloaded as a whole", async () => {
    const { page, faults } = await openLog();
    const begun = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download" }).click();
    const path = await (await begun).path();
    expect((await stat(path)).size).toBeGreaterThan(200_000_000);
    let first = "";
    let last = "";
    for await (const line of createInterface({ input: createReadStream(path) })) {
      first ||= line;
      last = line;
    }
    expect([first, last]).toEqual([
      expect.stringMatching(/Z the Needle lies here$/),
      expect.stringMatching(/Z the end$/),
    ]);
    expect(faults).toEqual([]);
  });
});

async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  return usedSize;
}
