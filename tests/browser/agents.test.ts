import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { whyNoBrowser } from "./chromium.ts";
import { hello } from "./scenes.ts";
import { Stage } from "./stage.ts";

describe.skipIf(whyNoBrowser())("agents", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.set();
  });
  afterEach(() => stage.closePages());
  afterAll(() => stage.strike());

  it("one is drained: what comes waits and says for what, until the agent may take it again", async () => {
    const { page, faults } = await stage.open("/agents");
    const other = await stage.open("/agents");
    const row = page.getByRole("row").filter({ hasText: "node-1" });
    await row.getByRole("button", { name: "Drain" }).click();
    // Until the agent has heard of it, it may take a task still.
    await row.getByText("drained").waitFor();
    await other.page.getByText("drained").waitFor();

    await stage.api.submit(hello("waits"));
    const workflow = await stage.open("/workflows/default/waits");
    await workflow.page.getByText("1 step waits: every agent is drained that serves the pool default.").waitFor();

    await other.page.getByRole("button", { name: "Uncordon" }).click();
    await workflow.page.locator("#main header .phase").getByText("Succeeded").waitFor();
    await row.getByRole("button", { name: "Drain" }).waitFor();
    expect(await row.getByText(/drained|draining/).count()).toBe(0);
    expect([...faults, ...other.faults, ...workflow.faults]).toEqual([]);
  });
});
