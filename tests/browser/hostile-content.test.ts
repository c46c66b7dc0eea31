import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { whyNoBrowser } from "./chromium.ts";
import { untilSettled } from "./pages.ts";
import { ansiBomb, hostile, hostileText } from "./scenes.ts";
import { Stage } from "./stage.ts";

describe.skipIf(whyNoBrowser())("hostile content stays text", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.set();
    await stage.api.run(hostile("hostile"), "Failed");
  });
  afterEach(() => stage.closePages());
  afterAll(() => stage.strike());

  it.each([
    "/workflows",
    ...["graph", "tree", "timeline", "events", "manifest"].map((tab) => `/workflows/default/hostile?tab=${tab}`),
  ])("%s", async (path) => {
    const { page, faults } = await stage.open(path);
    await untilSettled(page);
    await page.getByText("hostile").first().waitFor();
    expect(await page.evaluate("window.wasAttacked")).toBeUndefined();
    expect(await page.locator("#app img[src='x'], #app script").count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it("a node's name, parameters and log", async () => {
    const { page, faults } = await stage.open("/workflows/default/hostile");
    await page.getByLabel("Find a node").fill("show(0");
    await page.locator(".find-result").first().click();
    const panel = page.getByRole("complementary", { name: "Node" });
    await panel.getByRole("log").getByText(hostileText).first().waitFor();
    expect(await panel.getByRole("heading", { level: 2 }).textContent()).toContain("<img src=x onerror=");
    await panel.getByRole("tab", { name: "Inputs and outputs" }).click();
    await panel.getByText(hostileText).first().waitFor();
    expect(await page.evaluate("window.wasAttacked")).toBeUndefined();
    expect(await page.title()).not.toContain("owned");
    expect(faults).toEqual([]);
  });

  it("a log that is a bomb of colours and plays tricks on terminals", async () => {
    await stage.api.run(ansiBomb("bomb"), "Succeeded");
    const { page, faults } = await stage.open("/workflows/default/bomb");
    await page.getByLabel("Find a node").fill("bomb");
    await page.locator(".find-result").first().click();
    await page.getByRole("tab", { name: "Log" }).click();
    const log = page.getByRole("log");
    await log.getByText("the end", { exact: true }).waitFor();
    const lines = await log.locator(".log-line").allTextContents();
    expect(lines.at(-2)).toBe("click");
    expect(lines.at(-3)).toBe("AB".repeat(100));
    expect(await log.locator("a, img, script").count()).toBe(0);
    expect(await log.locator("span").count()).toBeLessThan(20_000);
    expect(await page.title()).not.toContain("owned");
    expect(faults).toEqual([]);
  });

  it("a manifest that is typed", async () => {
    const { page, faults } = await stage.open("/submit");
    await page.getByRole("textbox", { name: "Manifest" }).press("Enter");
    await page.keyboard.insertText(`kind: ${JSON.stringify(hostileText)}`);
    await page.getByRole("region", { name: "Problems" }).getByText("<img src=x").waitFor();
    expect(await page.evaluate("window.wasAttacked")).toBeUndefined();
    expect(await page.locator("#app img[src='x'], #app script").count()).toBe(0);
    expect(faults).toEqual([]);
  });
});
