import type { Page } from "playwright-core";
import type { CapstanApi } from "./capstan-api.ts";
import { failsWithout, shapes } from "./scenes.ts";

/** A page as tests and screenshots go through all of them. */
export interface KnownPage {
  readonly name: string;
  readonly path: string;
  /** Does what must be done before there is all to see. */
  readonly prepare?: (page: Page) => Promise<void>;
}

const shown = "/workflows/default/shapes";

async function selectFailedNode(page: Page): Promise<void> {
  await page.getByLabel("Find a node").fill("!");
  await page.locator(".find-result").first().click();
  await page.getByRole("complementary", { name: "Node" }).waitFor();
}

/** Every page, with what is worth to be looked at on it. */
export const knownPages: readonly KnownPage[] = [
  { name: "workflows", path: "/workflows" },
  { name: "workflows-none", path: "/workflows?text=nothing-is-called-that" },
  { name: "workflow-graph", path: shown },
  { name: "workflow-node", path: shown, prepare: selectFailedNode },
  { name: "workflow-timeline", path: `${shown}?tab=timeline` },
  { name: "workflow-tree", path: `${shown}?tab=tree` },
  { name: "workflow-events", path: `${shown}?tab=events` },
  { name: "workflow-manifest", path: `${shown}?tab=manifest` },
  { name: "workflow-missing", path: "/workflows/default/is-not-there" },
  { name: "agents", path: "/agents" },
  { name: "missing", path: "/is/not/there" },
];

/** Puts onto the system what these pages show. */
export async function populate(api: CapstanApi): Promise<void> {
  await api.run(shapes("shapes"), "Succeeded");
  await api.run(failsWithout("nightly-report", "/nowhere/settings"), "Failed");
}

/** Resolves when the page has what it waits for. */
export async function untilSettled(page: Page): Promise<void> {
  await page.locator("#main h1, #main h2").first().waitFor();
  await page.locator(".skeleton").first().waitFor({ state: "detached" });
}
