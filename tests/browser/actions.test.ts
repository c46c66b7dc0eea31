import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { whyNoBrowser } from "./chromium.ts";
import { approval, hello, shell, waitsFor } from "./scenes.ts";
import { Stage } from "./stage.ts";

describe.skipIf(whyNoBrowser())("what is done in one browser is seen in another", () => {
  let stage: Stage;
  let folder: string;
  let gate: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "capstan-actions-"));
    gate = join(folder, "gate");
    stage = await Stage.set();
  });
  afterEach(() => stage.closePages());
  afterAll(async () => {
    await stage.strike();
    await rm(folder, { recursive: true });
  });

  const action = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
  const state = (page: Page, text: string) => page.locator("#main header").first().getByText(text).first();

  /** Who acts and who looks, at the same workflow. */
  async function two(
    name: string,
    query = "",
  ): Promise<{ readonly actor: Page; readonly viewer: Page; faults(): readonly string[] }> {
    const path = `/workflows/default/${name}${query}`;
    const [one, other] = await Promise.all([stage.open(path), stage.open(path)]);
    return { actor: one.page, viewer: other.page, faults: () => [...one.faults, ...other.faults] };
  }

  async function confirm(page: Page, verb: string): Promise<void> {
    await action(page, verb).click();
    await page.getByRole("dialog").getByRole("button", { name: verb }).click();
  }

  it("suspend, resume and resubmit; none of them asks", async () => {
    await stage.api.submit(waitsFor("patient", gate));
    const { actor, viewer, faults } = await two("patient");
    await action(actor, "Suspend").click();
    await state(viewer, "suspended").waitFor();
    await action(viewer, "Resume").click();
    await state(actor, "suspended").waitFor({ state: "detached" });
    await writeFile(gate, "");
    await state(actor, "Succeeded").waitFor();
    await action(actor, "Resubmit").click();
    await actor.getByRole("heading", { name: /^patient-./, level: 1 }).waitFor();
    await state(actor, "Succeeded").waitFor();
    expect(faults()).toEqual([]);
  });

  it.each([
    { verb: "Stop", name: "stopped", runsExitHandler: true },
    { verb: "Terminate", name: "terminated", runsExitHandler: false },
  ])("$verb asks first; exit handler: $runsExitHandler", async ({ verb, name, runsExitHandler }) => {
    await stage.api.submit(waitsFor(name, join(folder, "never"), { onExit: "main" }));
    await stage.api.until(name, "Running");
    const { actor, viewer } = await two(name, "?tab=tree");
    const exitHandler = viewer.getByRole("treeitem").filter({ hasText: `${name}.onExit` });
    await action(actor, verb).click();
    await actor.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    expect(await stage.api.phaseOf(name)).toBe("Running");
    await confirm(actor, verb);
    if (runsExitHandler) {
      await exitHandler.waitFor();
      await confirm(actor, "Terminate");
    }
    await state(viewer, "Failed").waitFor();
    expect(await exitHandler.count()).toBe(runsExitHandler ? 1 : 0);
  });

  it("delete: who looks is told that it is gone, and still sees what it was", async () => {
    await stage.api.run(hello("gone"), "Succeeded");
    const { actor, viewer } = await two("gone");
    await confirm(actor, "Delete");
    await actor.getByRole("heading", { name: "Workflows", level: 1 }).waitFor();
    await viewer.getByText("This workflow has been deleted.").waitFor();
    expect(await stage.api.phaseOf("gone")).toBe("");
  });

  it("other parameters, with which all of it runs anew", async () => {
    await stage.api.run(
      {
        ...hello("greets"),
        spec: {
          ...hello("greets").spec,
          arguments: { parameters: [{ name: "whom", value: "all", enum: ["all", "nobody"] }] },
        },
      },
      "Succeeded",
    );
    const { actor } = await two("greets");
    await action(actor, "With other parameters …").click();
    await actor.getByLabel("whom").selectOption("nobody");
    await actor.getByRole("button", { name: "Run all of it anew" }).click();
    await actor.getByRole("heading", { name: /^greets-./, level: 1 }).waitFor();
    await action(actor, "Manifest").click();
    await actor.locator("pre.code").getByText("nobody").waitFor();
  });

  it("another retry begins with what the last one was given, and so does a run anew", async () => {
    const parameters = [{ name: "table", value: "ordres", description: "What is loaded" }];
    const load = shell("main", "echo no {{workflow.parameters.table}} >&2; exit 3");
    const manifest = {
      metadata: { name: "loads" },
      spec: { entrypoint: "main", arguments: { parameters }, templates: [load] },
    };
    await stage.api.run(manifest, "Failed");
    const { actor, faults } = await two("loads");
    await action(actor, "With other parameters …").click();
    await actor.getByLabel("table").fill("orders");
    await actor.getByRole("button", { name: "Retry what failed" }).click();
    await actor.getByText("no orders").waitFor();
    await action(actor, "With other parameters …").click();
    await actor.getByText("What is loaded").waitFor();
    expect(await actor.getByLabel("table").inputValue()).toBe("orders");
    await actor.getByRole("button", { name: "Run all of it anew" }).click();
    await actor.getByRole("heading", { name: /^loads-./, level: 1 }).waitFor();
    await actor.getByText("no orders").waitFor();
    expect(faults()).toEqual([]);
  });

  it("a suspended step is given its outputs: of the choices that its input has, and in words", async () => {
    await stage.api.submit(approval("release"));
    const { actor, viewer, faults } = await two("release");
    for (const page of [actor, viewer]) {
      await page.getByText("release[0].ask waits for somebody.").waitFor();
      await action(page, "Answer it").click();
      await page.getByText("This step waits for somebody.").waitFor();
    }
    const target = actor.getByLabel("target");
    expect(await target.locator("option").allTextContents()).toEqual(["test", "production"]);
    expect(await target.inputValue()).toBe("test");
    await actor.getByText("Where it goes").waitFor();
    await target.selectOption("production");
    await actor.getByLabel("reason").fill("it is time");
    await action(actor, "Go on").click();
    await viewer.getByText("waits for somebody.").first().waitFor({ state: "detached" });
    await viewer.getByRole("tab", { name: "Inputs and outputs" }).click();
    await viewer.getByText("it is time", { exact: true }).waitFor();
    await state(viewer, "Succeeded").waitFor();
    await viewer.getByLabel("Find a node").fill("deploy");
    await viewer.locator(".find-result").first().click();
    await viewer.getByRole("tab", { name: "Log" }).click();
    await viewer.getByRole("log").getByText("to production, it is time").waitFor();
    expect(faults()).toEqual([]);
  });

  it("a suspended step is refused, and the workflow fails for that reason", async () => {
    await stage.api.submit(approval("refused"));
    const { actor, viewer } = await two("refused");
    await actor.getByLabel("Find a node").fill("ask");
    await actor.locator(".find-result").first().click();
    await action(actor, "Refuse").click();
    await state(viewer, "Failed").waitFor();
    await viewer.getByRole("region", { name: "Why it failed" }).getByText("refused by hand").first().waitFor();
  });
});
