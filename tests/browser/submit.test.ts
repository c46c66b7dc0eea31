import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { narrow, whyNoBrowser } from "./chromium.ts";
import { Stage } from "./stage.ts";

const wrong = `apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: typed}
spec:
  entripoint: main
  templates:
    - name: main
      container: {image: busybox, command: [echo, hello]}
`;

const several = `apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: from-file}
spec:
  workflowTemplateRef: {name: deploy}
  arguments: {parameters: [{name: target, value: test}]}
---
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: deploy}
spec:
  entrypoint: main
  arguments:
    parameters:
      - {name: target, enum: [test, production], description: Where it goes}
      - {name: url, valueFrom: {configMapKeyRef: {name: settings, key: url}}}
      - {name: note, value: none}
  templates:
    - name: main
      inputs: {parameters: [{name: target}]}
      container: {image: busybox, command: [echo, "{{inputs.parameters.target}} {{workflow.parameters.url}}"]}
    - name: undo
      inputs: {parameters: [{name: version}]}
      container: {image: busybox, command: [echo, "{{inputs.parameters.version}}"]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {url: "http://nowhere.example"}
`;

describe.skipIf(whyNoBrowser())("submitting", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.set();
  });
  afterEach(() => stage.closePages());
  afterAll(() => stage.strike());

  const editor = (page: Page) => page.getByRole("textbox", { name: "Manifest" });
  /** Into an emptied editor: Chromium styles what replaces coloured text by itself, which the content policy refuses it. */
  const write = async (page: Page, text: string) => {
    await editor(page).press("Control+A");
    await editor(page).press("Delete");
    await page.keyboard.insertText(text);
  };
  const submit = (page: Page) => page.getByRole("button", { name: "Submit", exact: true });

  it("an example is drawn, submitted and followed", async () => {
    const { page, faults } = await stage.open("/submit");
    await editor(page).waitFor();
    expect(await submit(page).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Begin with an example" }).click();
    await page.getByText("Nothing has run yet").waitFor();
    await page.locator("button:enabled", { hasText: /^Submit$/ }).click();
    await page.getByRole("heading", { name: /^hello-/, level: 1 }).waitFor();
    await page.locator("header").getByText("Succeeded").waitFor();
    expect(faults).toEqual([]);
  });

  it("a mistake is shown at its line with what to do, and nothing can be submitted until it is mended", async () => {
    const { page, faults } = await stage.open("/submit");
    await write(page, wrong);
    const problems = page.getByRole("region", { name: "Problems" });
    await problems.getByText('Did you mean "entrypoint"?').waitFor();
    expect(await page.locator(".cm-lintRange-error").textContent()).toBe("entripoint");
    expect(await submit(page).isDisabled()).toBe(true);
    await problems.getByRole("button", { name: "line 5" }).first().click();
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Manifest");
    await write(page, wrong.replace("entripoint", "entrypoint"));
    await problems.waitFor({ state: "detached" });
    await page.locator("button:enabled", { hasText: /^Submit$/ }).click();
    await page.locator("header").getByText("Succeeded").waitFor();
    expect(await stage.api.phaseOf("typed")).toBe("Succeeded");
    expect(faults).toEqual([]);
  });

  it("completes fields from the schema, and templates' names from the text", async () => {
    const { page } = await stage.open("/submit");
    await write(page, wrong.replace("  entripoint: main\n", ""));
    // After the last line of the spec's templates: a field of the spec.
    await editor(page).press("Control+End");
    await editor(page).pressSequentially("  entryp");
    await page.getByRole("option", { name: /entrypoint/ }).click();
    await editor(page).press("Control+Space");
    await page.getByRole("option", { name: "main" }).click();
    await page.locator("button:enabled", { hasText: /^Submit$/ }).waitFor();
    expect(await page.locator(".cm-content").textContent()).toContain("entrypoint: main");
  });

  it.each([
    {
      style: "flow style",
      before: "kind: Workflow\nspec: { templates: [{ name: main, ",
      typed: "contai",
      field: /^container(?!Set)/,
      written: "container: ",
    },
    {
      style: "JSON",
      before: '{"kind": "Workflow", "spec": {',
      typed: '"entryp',
      field: /^entrypoint/,
      written: '"entrypoint"',
    },
  ])("completes fields in $style", async ({ before, typed, field, written }) => {
    const { page } = await stage.open("/submit");
    await write(page, before);
    await editor(page).pressSequentially(typed);
    await page.getByRole("option", { name: field }).click();
    expect(await page.locator(".cm-content").textContent()).toContain(written);
  });

  it("does not offer kinds that nothing acts on, and says so of them", async () => {
    const { page } = await stage.open("/submit");
    await write(page, "");
    await editor(page).pressSequentially("kind: ");
    await editor(page).press("Control+Space");
    await page.getByRole("option", { name: "WorkflowTemplate", exact: true }).waitFor();
    expect(await page.getByRole("option", { name: "CronWorkflow" }).count()).toBe(0);
    await editor(page).press("Escape");
    await write(page, "apiVersion: argoproj.io/v1alpha1\nkind: CronWorkflow\nmetadata: {name: nightly}\n");
    await page.getByRole("region", { name: "Problems" }).getByText("does not act on CronWorkflows yet").waitFor();
    expect(await page.getByRole("button", { name: "Create", exact: true }).isDisabled()).toBe(true);
  });

  it("a draft survives a reload", async () => {
    const { page } = await stage.open("/submit");
    await write(page, "kind: Workflow # of mine");
    await page.reload();
    await page.getByText("# of mine").waitFor();
  });

  it("what a file holds is created in order, after it was said what that is", async () => {
    const { page, faults } = await stage.open("/submit");
    const file = { name: "several.yaml", mimeType: "application/yaml", buffer: Buffer.from(several) };
    await page.getByLabel("Open a file").setInputFiles(file);
    await page.getByRole("button", { name: "Create 3 objects" }).click();
    const dialog = page.getByRole("dialog");
    expect(await dialog.getByRole("listitem").allTextContents()).toEqual([
      "WorkflowTemplate deploy",
      "ConfigMap settings",
      "Workflow from-file",
    ]);
    await dialog.getByRole("button", { name: "Create" }).click();
    await page.getByRole("heading", { name: "from-file", level: 1 }).waitFor();
    await page.locator("header").getByText("Succeeded").waitFor();
    expect(faults).toEqual([]);
  });

  it("a stored template is submitted by a form: choices, descriptions, sources, another entrypoint", async () => {
    const { page, faults } = await stage.open("/submit?from=template", narrow);
    await page.getByLabel("Template").selectOption("WorkflowTemplate/deploy");
    await page.getByText("Where it goes").waitFor();
    await page.getByText("From ConfigMap settings, key url").waitFor();
    await page.getByText("Drawn when target has a value.").waitFor();
    await page.getByLabel("target").selectOption("production");
    await page.getByText("Nothing has run yet").waitFor();
    await page.getByLabel("Entrypoint").selectOption("undo");
    await page.getByLabel("version").fill("1.2");
    await page.getByLabel("Name (generated when empty)").fill("undone");
    await page.getByLabel("Labels").fill("team=web");
    await submit(page).click();
    await page.getByRole("heading", { name: "undone", level: 1 }).waitFor();
    await page.locator("header").getByText("Succeeded").waitFor();
    await page.getByRole("button", { name: "Manifest" }).click();
    const manifest = page.locator("pre.code");
    await manifest.getByText("team: web").waitFor();
    expect(await manifest.textContent()).toContain("entrypoint: undo");
    expect(faults).toEqual([]);
  });
});
