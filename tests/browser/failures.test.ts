import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { whyNoBrowser } from "./chromium.ts";
import { failsWithout } from "./scenes.ts";
import { Stage } from "./stage.ts";

const names = ["report-1", "report-2", "report-3"];

describe.skipIf(whyNoBrowser())("failures", () => {
  let stage: Stage;
  let folder: string;
  let settings: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "capstan-failures-"));
    settings = join(folder, "settings");
    stage = await Stage.set();
    await Promise.all(names.map((name) => stage.api.run(failsWithout(name, settings), "Failed")));
  });
  afterEach(() => stage.closePages());
  afterAll(async () => {
    await stage.strike();
    await rm(folder, { recursive: true });
  });

  async function openFailure(): Promise<{ readonly page: Page; readonly faults: readonly string[] }> {
    const watched = await stage.open("/failures");
    await watched.page.getByRole("link", { name: "the settings are missing" }).click();
    await watched.page.getByRole("heading", { name: "the settings are missing", level: 1 }).waitFor();
    return watched;
  }

  async function tryAgain(page: Page): Promise<void> {
    await page.getByRole("button", { name: /^Try 3 again/ }).click();
    const dialog = page.getByRole("dialog");
    expect(await dialog.getByLabel(/^One first/).isChecked()).toBe(true);
    await dialog.getByRole("button", { name: "Try the first" }).click();
    await dialog.waitFor({ state: "detached" });
  }

  it("of one cause are one, with what the log said last and all workflows that it hit", async () => {
    const { page, faults } = await openFailure();
    await page.getByText("3 attempts of 3 workflows").waitFor();
    await page.locator("pre").getByText("the settings are missing").waitFor();
    await page.getByText("No good run of this template is known").waitFor();
    for (const name of names) {
      const row = page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
      await row.getByText("Failed").waitFor();
    }
    expect(faults).toEqual([]);
  });

  it("are explained on the workflow's page by the step, its message and the last that it said", async () => {
    const { page, faults } = await stage.open(`/workflows/default/${names[0]}`);
    const why = page.getByRole("region", { name: "Why it failed" });
    await why.getByText(/configure: .*exit code 3/).waitFor();
    await why.locator("pre").getByText("the settings are missing").waitFor();
    expect(await why.getByRole("listitem").count()).toBe(1);
    expect(faults).toEqual([]);
  });

  it("are tried again one first: when that fails once more, the others are let be", async () => {
    const { page } = await openFailure();
    await tryAgain(page);
    await page.getByText(/^Halted/).waitFor();
    await page.getByText(/has failed again/).waitFor();
    await page.getByText("2 waiting", { exact: true }).waitFor();
    await page.getByText("4 attempts of 3 workflows").waitFor();
  });

  it("are tried again all when the first has succeeded, though the coordinator dies meanwhile; then there is a good run to compare with", async () => {
    const { page } = await openFailure();
    await writeFile(settings, "");
    await tryAgain(page);
    await stage.system.coordinator.kill();
    await page.getByText(/The server does not answer/).waitFor();
    stage.system.coordinator.start();
    await page.getByText("3 succeeded", { exact: true }).waitFor();
    await page.getByText("Done", { exact: true }).waitFor();
    for (const name of names) await stage.api.until(name, "Succeeded");
    await page.getByRole("button", { name: "None is failed now" }).waitFor();
    await page.getByRole("columnheader", { name: "Last good run" }).waitFor();
  });
});
