import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { whyNoBrowser } from "./chromium.ts";
import { startPrefixProxy } from "./prefix-proxy.ts";
import { hello } from "./scenes.ts";
import { Stage } from "./stage.ts";

describe.skipIf(whyNoBrowser())("between page and server", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.set();
    await stage.api.run(hello("before"), "Succeeded");
  });
  afterEach(() => stage.closePages());
  afterAll(() => stage.strike());

  it("a lost connection is said, and mends itself: nothing old is shown as fresh", async () => {
    const list = await stage.open("/workflows");
    const one = await stage.open("/workflows/default/before");
    await list.page.getByRole("link", { name: "before", exact: true }).waitFor();
    await one.page.locator("header").getByText("Succeeded").waitFor();
    await stage.system.coordinator.kill();
    for (const { page } of [list, one]) await page.getByText("The connection is lost").waitFor();
    stage.system.coordinator.start();
    for (const { page } of [list, one]) await page.getByText("The connection is lost").waitFor({ state: "detached" });
    await stage.api.submit(hello("after"));
    const row = list.page.getByRole("row").filter({ has: list.page.getByRole("link", { name: "after", exact: true }) });
    await row.getByText("Succeeded").waitFor();
  });

  it("works below a prefix that a proxy takes away: pages, links, reloads, streams", async () => {
    const proxy = await startPrefixProxy(stage.system.url, "/a/b/c");
    try {
      const { page, faults } = await stage.open("/", {}, proxy.url);
      await page.getByRole("link", { name: "before", exact: true }).click();
      await page.getByRole("heading", { name: "before", level: 1 }).waitFor();
      expect(new URL(page.url()).pathname).toBe("/a/b/c/workflows/default/before");
      await page.reload();
      await page.locator("header").getByText("Succeeded").waitFor();
      await page.getByRole("link", { name: "Workflows" }).first().click();
      await stage.api.submit(hello("below"));
      await page.getByRole("link", { name: "below", exact: true }).waitFor();
      expect(proxy.strays).toEqual([]);
      expect(faults).toEqual([]);
    } finally {
      await stage.closePages();
      await proxy.close();
    }
  });
});
