import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { narrow, whyNoBrowser } from "./chromium.ts";
import { knownPages, populate, untilSettled } from "./pages.ts";
import { Stage } from "./stage.ts";

/** What axe finds, a line for each rule and place. */
async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  // Not as a script of the page: its content policy allows files only.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>("axe.run(document, { resultTypes: ['violations'] })");
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help}: ${target.join(" ")}`));
}

describe.skipIf(whyNoBrowser())("every page", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.set();
    await populate(stage.api);
  });
  afterEach(() => stage.closePages());
  afterAll(() => stage.strike());

  it("is known here: what the navigation leads to is looked at below", async () => {
    const { page } = await stage.open("/");
    await untilSettled(page);
    const links = await page.getByRole("navigation", { name: "Main" }).getByRole("link").all();
    const paths = await Promise.all(
      links.map(async (link) => new URL((await link.getAttribute("href")) ?? "", page.url()).pathname),
    );
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) expect(knownPages.map((known) => known.path)).toContain(path);
  });

  describe.each(knownPages)("$name", ({ path, prepare }) => {
    it.each(["light", "dark"] as const)(
      "is accessible in the %s theme, and nothing fails in it",
      async (colorScheme) => {
        const { page, faults } = await stage.open(path, { colorScheme, reducedMotion: "reduce" });
        await untilSettled(page);
        await prepare?.(page);
        await untilSettled(page);
        expect(await accessibilityFaults(page)).toEqual([]);
        // A browser notes every answer of 404 by itself.
        expect(faults.filter((fault) => !fault.includes("404"))).toEqual([]);
      },
    );

    it("does not scroll sideways at a width of 360", async () => {
      const { page } = await stage.open(path, narrow);
      await untilSettled(page);
      await prepare?.(page);
      await untilSettled(page);
      const widths = await page.evaluate<number>("document.documentElement.scrollWidth");
      expect(widths).toBeLessThanOrEqual(narrow.viewport.width);
    });
  });
});
