import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { whyNoBrowser } from "./chromium.ts";
import { failsWithout, hello } from "./scenes.ts";
import { Stage } from "./stage.ts";

describe.skipIf(whyNoBrowser())("the list of workflows", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.set();
  });
  afterEach(() => stage.closePages());
  afterAll(() => stage.strike());

  it("is live: what is submitted elsewhere comes, and its phase changes, in every browser that looks", async () => {
    const viewers = await Promise.all([stage.open("/"), stage.open("/workflows")]);
    for (const { page } of viewers) await page.getByRole("heading", { name: "No workflow yet" }).waitFor();
    await stage.api.submit(hello("first"));
    for (const { page } of viewers) {
      const row = page.getByRole("row").filter({ has: page.getByRole("link", { name: "first", exact: true }) });
      await row.getByText("Succeeded").waitFor();
      await row.getByText("1/1").waitFor();
    }
    for (const { faults } of viewers) expect(faults).toEqual([]);
  });

  it("keeps its filters in the address, so that a reload and a colleague see the same", async () => {
    await stage.api.run(hello("second"), "Succeeded");
    const { page, faults } = await stage.open("/workflows");
    await page.getByLabel("Name, message or cause").fill("second");
    await page.getByRole("link", { name: "first", exact: true }).waitFor({ state: "detached" });
    await page.waitForURL(/text=second/);
    await page.reload();
    await page.getByRole("link", { name: "second", exact: true }).waitFor();
    expect(await page.getByLabel("Name, message or cause").inputValue()).toBe("second");
    expect(await page.getByRole("link", { name: "first", exact: true }).count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it("says what failed in a workflow, which finds it", async () => {
    await stage.api.run(failsWithout("nightly", "/nowhere/settings"), "Failed");
    const { page, faults } = await stage.open("/workflows");
    await page.getByLabel("Name, message or cause").fill("configure: error");
    await page.getByRole("link", { name: "first", exact: true }).waitFor({ state: "detached" });
    const row = page.getByRole("row").filter({ has: page.getByRole("link", { name: "nightly", exact: true }) });
    await row.getByText("configure: Error (exit code 3)").waitFor();
    await page.getByLabel("Choose nightly").check();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("heading", { name: /No workflow/ }).waitFor();
    expect(faults).toEqual([]);
  });

  it("does one thing with many, and asks before it destroys", async () => {
    const { page } = await stage.open("/workflows");
    await page.getByLabel("Choose first").check();
    await page.getByLabel("Choose second").check();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("heading", { name: "No workflow yet" }).waitFor();
    expect(await stage.api.phaseOf("first")).toBe("");
  });
});
