import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { whyNoBrowser } from "./chromium.ts";
import { failsWithout, hello, shapes } from "./scenes.ts";
import { Stage } from "./stage.ts";

const stopsMax = 80;

/** Presses Tab until that has the focus. */
async function tabTo(page: Page, role: Parameters<Page["getByRole"]>[0], name: string | RegExp): Promise<void> {
  const wanted = page.getByRole(role, { name }).first();
  await wanted.waitFor();
  for (let stop = 0; stop < stopsMax; stop++) {
    await page.keyboard.press("Tab");
    if (await wanted.evaluate((element) => element === element.ownerDocument.activeElement)) return;
  }
  throw new Error(`${stopsMax} times Tab do not lead to the ${role} ${name}`);
}

describe.skipIf(whyNoBrowser())("with the keyboard alone", () => {
  let stage: Stage;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "capstan-settings-"));
    stage = await Stage.set();
  });
  afterAll(async () => {
    await stage.strike();
    await rm(folder, { recursive: true, force: true });
  });

  it("a failed workflow is found, why it failed is read, and it is retried", async () => {
    const settings = join(folder, "settings");
    await stage.api.run(hello("fine"), "Succeeded");
    await stage.api.run(failsWithout("nightly", settings), "Failed");
    const { page, faults } = await stage.open("/workflows");

    await tabTo(page, "button", /^Failed/);
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "fine", exact: true }).waitFor({ state: "detached" });
    await tabTo(page, "link", "nightly");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "nightly", level: 1 }).waitFor();

    await tabTo(page, "button", "Show its log");
    await page.keyboard.press("Enter");
    await page.getByRole("log").getByText("the settings are missing").waitFor();

    await writeFile(settings, "");
    await tabTo(page, "button", "Retry");
    await page.keyboard.press("Enter");
    await page.locator("header").getByText("Succeeded").waitFor();
    expect(await stage.api.phaseOf("nightly")).toBe("Succeeded");
    expect(faults).toEqual([]);
  });

  it("a graph and a tree are walked through; what is closed is opened", async () => {
    await stage.api.run(shapes("walked"), "Succeeded");
    const { page, faults } = await stage.open("/workflows/default/walked");
    const heading = page.getByRole("complementary", { name: "Node" }).getByRole("heading", { level: 2 });

    await tabTo(page, "application", /^Graph of the workflow/);
    await page.keyboard.press("ArrowRight");
    await heading.getByText("fetch", { exact: true }).waitFor();
    await page.keyboard.press("ArrowRight");
    await heading.getByText(/^measure/).waitFor();
    await page.keyboard.press("Escape");
    await heading.waitFor({ state: "detached" });

    await page.getByRole("button", { name: "Tree", exact: true }).focus();
    await page.keyboard.press("Enter");
    await tabTo(page, "tree", "Nodes of the workflow");
    const row = page.getByRole("treeitem", { selected: true });
    for (const name of ["walked", "fetch", "measure"]) {
      await page.keyboard.press("ArrowDown");
      await row.filter({ hasText: name }).waitFor();
    }
    await page.keyboard.press("ArrowLeft");
    await page.getByRole("treeitem").filter({ hasText: "measure(1:Oulu)" }).waitFor({ state: "detached" });
    await page.keyboard.press("ArrowDown");
    await row.filter({ hasText: "check" }).waitFor();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("treeitem").filter({ hasText: "check(0)" }).waitFor();
    await page.keyboard.press("ArrowDown");
    await heading.getByText("check(0)", { exact: true }).waitFor();
    expect(faults).toEqual([]);
  });
});
