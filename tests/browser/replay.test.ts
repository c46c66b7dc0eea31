import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { whyNoBrowser } from "./chromium.ts";
import { failsWithout } from "./scenes.ts";
import { Stage } from "./stage.ts";

describe.skipIf(whyNoBrowser())("a replay", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.set();
    await stage.api.run(failsWithout("played", "/nowhere/settings"), "Failed");
  });
  afterEach(() => stage.closePages());
  afterAll(() => stage.strike());

  async function openReplay(tab = "tree") {
    const { page, faults } = await stage.open(`/workflows/default/played?tab=${tab}`);
    await page.getByRole("button", { name: "Replay", exact: true }).click();
    const bar = page.getByRole("region", { name: "Replay" });
    const slider = bar.getByRole("slider", { name: "Moment" });
    await bar.getByRole("button", { name: "Play", exact: true }).waitFor();
    await page.waitForFunction(() => Number(document.querySelector<HTMLInputElement>(".replay input")?.max) > 0);
    const phase = (text: string) => page.locator("#main header .phase").getByText(text);
    const row = (name: string) => page.getByRole("treeitem").filter({ hasText: name });
    return { page, faults, bar, slider, phase, row };
  }

  it("goes to any moment by the slider and step by step, with nothing to be done meanwhile that was possible only then", async () => {
    const { page, faults, bar, slider, phase, row } = await openReplay();
    await phase("Failed").waitFor();
    await slider.fill("0");
    await phase("Running").waitFor();
    await row("configure").waitFor({ state: "detached" });
    expect(await bar.getByRole("button", { name: "One moment back" }).isDisabled()).toBe(true);
    expect(await page.getByRole("button", { name: "Stop", exact: true }).count()).toBe(0);
    expect(await page.getByRole("region", { name: "Why it failed" }).count()).toBe(0);
    const on = bar.getByRole("button", { name: "One moment on" });
    const last = Number(await slider.getAttribute("max"));
    for (let moment = 1; moment <= last; moment++) {
      await on.click();
      await page.waitForFunction(
        (at) => document.querySelector<HTMLInputElement>(".replay input")?.value === at,
        String(moment),
      );
    }
    await phase("Failed").waitFor();
    await row("configure").waitFor();
    expect(await on.isDisabled()).toBe(true);
    await bar.getByRole("button", { name: "One moment back" }).click();
    await slider.press("Home");
    await phase("Running").waitFor();
    await bar.getByRole("button", { name: "Back to now" }).click();
    await bar.waitFor({ state: "detached" });
    await phase("Failed").waitFor();
    await page.getByRole("button", { name: "Retry", exact: true }).waitFor();
    expect(faults).toEqual([]);
  });

  it("draws no more of the graph than there was at the moment, and all of it again", async () => {
    const { page, faults, bar, slider, phase } = await openReplay("graph");
    await slider.fill("0");
    await phase("Running").waitFor();
    const heading = page.getByRole("complementary", { name: "Node" }).getByRole("heading", { level: 2 });
    const graph = page.getByRole("application", { name: /^Graph of the workflow/ });
    await graph.press("ArrowRight");
    await heading.getByText("prepare", { exact: true }).waitFor();
    await graph.press("ArrowRight");
    await graph.press("ArrowRight");
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    expect(await heading.textContent()).toBe("prepare");
    await bar.getByRole("button", { name: "Back to now" }).click();
    await phase("Failed").waitFor();
    await graph.press("ArrowRight");
    await heading.getByText("configure", { exact: true }).waitFor();
    expect(faults).toEqual([]);
  });

  it("plays by itself from where it stands to the end, and can be held", async () => {
    const { page, faults, bar, slider, phase, row } = await openReplay();
    await slider.fill("0");
    await row("configure").waitFor({ state: "detached" });
    await bar.getByRole("button", { name: "Play", exact: true }).click();
    await page.waitForFunction(() => Number(document.querySelector<HTMLInputElement>(".replay input")?.value) > 0);
    await bar.getByRole("button", { name: "Pause" }).click();
    await bar.getByRole("button", { name: "Play", exact: true }).click();
    await row("configure").waitFor();
    await phase("Failed").waitFor();
    await bar.getByRole("button", { name: "Play", exact: true }).waitFor();
    expect(await slider.inputValue()).toBe(await slider.getAttribute("max"));
    expect(faults).toEqual([]);
  });
});
