import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { narrow, type WatchedPage, whyNoBrowser } from "./chromium.ts";
import { type KnownPage, knownPages, navigationPages, populate, untilSettled } from "./pages.ts";
import { Stage } from "./stage.ts";

const themes = ["light", "dark"] as const;

describe.skipIf(whyNoBrowser())("every page", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.set();
    await populate(stage.api);
  });
  afterEach(() => stage.closePages());
  afterAll(() => stage.strike());

  /** The page with all that there is to see on it. */
  async function show({ path, prepare }: KnownPage, options: Parameters<Stage["open"]>[1]): Promise<WatchedPage> {
    const watched = await stage.open(path, options);
    await untilSettled(watched.page);
    await prepare?.(watched.page);
    await untilSettled(watched.page);
    return watched;
  }

  async function expectAccessible(known: KnownPage, colorScheme: (typeof themes)[number]): Promise<void> {
    const { page, faults } = await show(known, { colorScheme, reducedMotion: "reduce" });
    expect(await accessibilityFaults(page), known.path).toEqual([]);
    // A browser notes every answer of 404 by itself.
    expect(
      faults.filter((fault) => !fault.includes("404")),
      known.path,
    ).toEqual([]);
  }

  async function expectNoSidewaysScroll(known: KnownPage): Promise<void> {
    const { page } = await show(known, narrow);
    const width = await page.evaluate<number>("document.documentElement.scrollWidth");
    expect(width, known.path).toBeLessThanOrEqual(narrow.viewport.width);
  }

  describe("that the navigation leads to", () => {
    it.each(themes)("is accessible in the %s theme, and nothing fails in it", async (colorScheme) => {
      for (const page of await navigationPages(stage)) await expectAccessible(page, colorScheme);
    });

    it("does not scroll sideways at a width of 360", async () => {
      for (const page of await navigationPages(stage)) await expectNoSidewaysScroll(page);
    });
  });

  describe.each(knownPages)("$name", (known) => {
    it.each(themes)("is accessible in the %s theme, and nothing fails in it", (colorScheme) =>
      expectAccessible(known, colorScheme),
    );

    it("does not scroll sideways at a width of 360", () => expectNoSidewaysScroll(known));
  });
});

/** What axe finds, a line for each rule and place. */
async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  // Not as a script of the page: its content policy allows files only.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>("axe.run(document, { resultTypes: ['violations'] })");
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help}: ${target.join(" ")}`));
}
