import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { narrow, whyNoBrowser } from "./chromium.ts";
import { hundredThousandNodes } from "./scenes.ts";
import { Stage } from "./stage.ts";

/** All nodes as objects would take more. */
const heapBytesMax = 60_000_000;

/** On a machine that does much else meanwhile. */
const setUpWithinMs = 180_000;

describe.skipIf(whyNoBrowser())("a workflow of 100,000 nodes", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.set();
    await stage.api.run(hundredThousandNodes("large"), "Failed");
  }, setUpWithinMs);
  afterEach(() => stage.closePages());
  afterAll(() => stage.strike());

  const panel = (page: Page) => page.getByRole("complementary", { name: "Node" });

  it("is opened from the list, and why it failed is one click away", async () => {
    const { page, faults } = await stage.open("/workflows");
    await page.getByRole("link", { name: "large", exact: true }).click();
    await page.locator("canvas").waitFor();
    const why = page.getByRole("region", { name: "Why it failed" });
    await why.getByText("row(70007:70007)").waitFor();
    await why.getByRole("button", { name: "Show its log" }).click();
    await panel(page).getByRole("log").getByText("row 70007 is damaged").waitFor();
    await expectSmall(page);
    expect(faults).toEqual([]);
  });

  it("is searched: any of its nodes is found among all and opened", async () => {
    const { page, faults } = await stage.open("/workflows/default/large?tab=tree");
    const find = page.getByLabel("Find a node");
    await find.fill("row(");
    await page.getByText("100,000 found").waitFor();
    await find.fill("!");
    await page.locator(".find-result").getByText("row(70007:70007)").waitFor();
    await find.fill("(99998:99998)");
    await page.getByText("1 found").waitFor();
    await find.press("Enter");
    await panel(page).getByRole("heading", { name: "row(99998:99998)" }).waitFor();
    await panel(page).getByText("Skipped").first().waitFor();
    await page.getByRole("treeitem", { name: /99998/ }).waitFor();
    await expectSmall(page);
    expect(faults).toEqual([]);
  });

  it.each(["graph", "tree", "timeline", "events", "manifest"])(
    "has a view as %s that is small and does not scroll sideways",
    async (tab) => {
      const { page, faults } = await stage.open(`/workflows/default/large?tab=${tab}`, narrow);
      await page.locator("#main header .phase").getByText("Failed").waitFor();
      await page.locator(".skeleton").first().waitFor({ state: "detached" });
      await expectSmall(page);
      expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(
        narrow.viewport.width,
      );
      expect(faults).toEqual([]);
    },
  );
});

/** What the page holds does not grow with the workflow. */
async function expectSmall(page: Page): Promise<void> {
  expect(await page.locator("#app *").count()).toBeLessThan(3_000);
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  expect((await session.send("Runtime.getHeapUsage")).usedSize).toBeLessThan(heapBytesMax);
}
