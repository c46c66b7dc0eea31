import type { Page } from "playwright-core";
import type { CapstanApi } from "./capstan-api.ts";
import { answerPods, waitingPod } from "./pod-answers.ts";
import { failsWithout, report, shapes } from "./scenes.ts";
import type { Stage } from "./stage.ts";

/** A page as tests and screenshots go through all of them. */
export interface KnownPage {
  readonly name: string;
  readonly path: string;
  /** Does what must be done before there is all to see. */
  readonly prepare?: (page: Page) => Promise<void>;
}

const shown = "/workflows/default/shapes";

/** Opens the panel of the first node that is found by a text; `!` finds one that failed. */
export async function selectNode(page: Page, text: string): Promise<void> {
  await page.getByLabel("Find a node").fill(text);
  await page.locator(".find-result").first().click();
  await page.getByRole("complementary", { name: "Node" }).waitFor();
}

async function openNoPod(page: Page): Promise<void> {
  await selectNode(page, "fetch");
  await page.getByRole("tab", { name: "Pod" }).click();
}

async function openPod(page: Page): Promise<void> {
  await answerPods(page, waitingPod);
  await openNoPod(page);
  await page.getByRole("list", { name: "Events of the Pod" }).waitFor();
}

async function beginWithExample(page: Page): Promise<void> {
  await page.getByRole("textbox", { name: "Manifest" }).waitFor();
  await page.getByRole("button", { name: "Begin with an example" }).click();
  await untilPreviewed(page);
}

async function makeMistake(page: Page): Promise<void> {
  await page.getByRole("textbox", { name: "Manifest" }).press("Enter");
  await page.keyboard.insertText("kind: Workflow\nspec: {entripoint: main}");
  await page.getByRole("region", { name: "Problems" }).waitFor();
}

async function untilPreviewed(page: Page): Promise<void> {
  await page.getByText("Nothing has run yet").waitFor();
}

async function openFailure(page: Page): Promise<void> {
  await page.getByRole("link", { name: "the settings are missing" }).click();
  await page.getByRole("heading", { name: "the settings are missing", level: 1 }).waitFor();
}

/** Pages that the navigation does not lead to, and what is worth to be looked at on others. */
export const knownPages: readonly KnownPage[] = [
  { name: "workflows-none", path: "/workflows?text=nothing-is-called-that" },
  { name: "workflow-graph", path: shown },
  { name: "workflow-node", path: shown, prepare: (page) => selectNode(page, "!") },
  { name: "workflow-node-pod", path: shown, prepare: openPod },
  { name: "workflow-node-no-pod", path: shown, prepare: openNoPod },
  { name: "workflow-timeline", path: `${shown}?tab=timeline` },
  { name: "workflow-tree", path: `${shown}?tab=tree` },
  { name: "workflow-events", path: `${shown}?tab=events` },
  { name: "workflow-manifest", path: `${shown}?tab=manifest` },
  { name: "workflow-missing", path: "/workflows/default/is-not-there" },
  { name: "submit-manifest", path: "/submit", prepare: beginWithExample },
  { name: "submit-mistake", path: "/submit", prepare: makeMistake },
  { name: "submit-template", path: "/submit?from=template&kind=WorkflowTemplate&name=report", prepare: untilPreviewed },
  { name: "failure", path: "/failures", prepare: openFailure },
  { name: "missing", path: "/is/not/there" },
];

/** The pages that the navigation leads to: whoever adds one need not say so here. */
export async function navigationPages(stage: Stage): Promise<readonly KnownPage[]> {
  const { page, close } = await stage.open("/");
  const navigation = page.getByRole("navigation", { name: "Main" });
  await navigation.getByRole("link").first().waitFor();
  const links = await navigation
    .getByRole("link")
    .evaluateAll((found) => found.map((link) => link.getAttribute("href")));
  const paths = links.map((href) => new URL(href ?? "", page.url()).pathname);
  await close();
  return paths.map((path) => ({ name: path.slice(1).replaceAll("/", "-"), path }));
}

/** Puts onto the system what these pages show. */
export async function populate(api: CapstanApi): Promise<void> {
  await api.run(shapes("shapes"), "Succeeded");
  await api.store(report("report"));
  await api.run(failsWithout("nightly-report", "/nowhere/settings"), "Failed");
}

/** Resolves when the page has what it waits for. */
export async function untilSettled(page: Page): Promise<void> {
  await page.locator("#main h1, #main h2").first().waitFor();
  await page.locator(".skeleton").first().waitFor({ state: "detached" });
}
