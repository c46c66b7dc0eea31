import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { narrow, whyNoBrowser } from "./chromium.ts";
import { failsWithout, hello } from "./scenes.ts";
import { Stage } from "./stage.ts";

describe.skipIf(whyNoBrowser())("on a narrow screen", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.set();
    await stage.api.run(hello("fine"), "Succeeded");
    await stage.api.run(failsWithout("broken", "/nowhere/settings"), "Failed");
  });
  afterEach(() => stage.closePages());
  afterAll(() => stage.strike());

  it("the list comes before its filters, which open, and are said to be in use", async () => {
    const { page, faults } = await stage.open("/workflows", narrow);
    const fine = page.getByRole("link", { name: "fine", exact: true });
    await fine.waitFor();
    const { y = narrow.viewport.height } = (await fine.boundingBox()) ?? {};
    expect(y).toBeLessThan(narrow.viewport.height);
    expect(await page.getByLabel("Template").isVisible()).toBe(false);
    await page.getByRole("button", { name: "More filters" }).click();
    await page.getByLabel("Name, message or cause").fill("broken");
    await fine.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Fewer filters" }).click();
    await page.getByRole("button", { name: "More filters (1 in use)" }).waitFor();
    expect(faults).toEqual([]);
  });

  it("a node that is chosen is shown, though it stands below the graph", async () => {
    const { page, faults } = await stage.open("/workflows/default/broken", narrow);
    await page.getByText("It failed here:").waitFor();
    await page.getByRole("button", { name: "Show its log" }).click();
    await page.getByRole("log").getByText("the settings are missing").waitFor();
    await page.waitForFunction(
      () => Math.abs(document.querySelector(".node-panel")?.getBoundingClientRect().top ?? 999) < 50,
    );
    expect(faults).toEqual([]);
  });
});
