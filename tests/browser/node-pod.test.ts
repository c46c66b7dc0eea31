import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { whyNoBrowser } from "./chromium.ts";
import { selectNode } from "./pages.ts";
import { answerPods, type PodAnswer, waitingPod } from "./pod-answers.ts";
import { failsWithout, hostileText } from "./scenes.ts";
import { Stage } from "./stage.ts";

describe.skipIf(whyNoBrowser())("a node's Pod", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.set();
    await stage.api.run(failsWithout("nightly", "/nowhere/settings"), "Failed");
  });
  afterEach(() => stage.closePages());
  afterAll(() => stage.strike());

  async function showPod(answer?: () => PodAnswer | undefined, setsClock = false) {
    const watched = await stage.open("/workflows/default/nightly");
    if (setsClock) await watched.page.clock.install();
    if (answer !== undefined) await answerPods(watched.page, answer);
    await selectNode(watched.page, "configure");
    const panel = watched.page.getByRole("complementary", { name: "Node" });
    await panel.getByRole("tab", { name: "Pod" }).click();
    return { ...watched, panel };
  }

  it("is not there where tasks are processes: the page says so and shows the task", async () => {
    const { panel, faults } = await showPod();
    await panel.getByText("its process runtime, without Pods").waitFor();
    await panel.getByRole("button", { name: "What its agent was given" }).click();
    await panel.getByText('"podName"').waitFor();
    expect(faults).toEqual([]);
  });

  it("comes with its events, the latest first, and nothing of it is more than text", async () => {
    const { page, panel, faults } = await showPod(() => waitingPod(hostileText));
    const events = panel.getByRole("list", { name: "Events of the Pod" }).getByRole("listitem");
    await events.first().waitFor();
    expect(await events.allTextContents()).toEqual([
      expect.stringMatching(/^Failed/),
      expect.stringMatching(/^Scheduled/),
    ]);
    expect(await events.first().textContent()).toContain(`4 times`);
    expect(await panel.locator("pre").textContent()).toContain("nodeName: node-3");
    expect(await panel.locator("pre").textContent()).toContain("<script>window.wasAttacked=1</script>");
    expect(await page.evaluate("window.wasAttacked")).toBeUndefined();
    expect(faults).toEqual([]);
  });

  it("is followed until it is gone, and said to be old when nobody answers", async () => {
    let answer: PodAnswer | undefined = waitingPod();
    const { panel } = await showPod(() => answer);
    await panel.getByText("ErrImagePull").waitFor();
    answer = undefined;
    await panel.getByText("what you see is of").waitFor();
    await panel.getByText("ErrImagePull").waitFor();
    answer = { ...waitingPod(), state: "gone" };
    await panel.getByText("The Pod is gone. This is how its agent saw it last").waitFor();
    expect(await panel.getByText("what you see is of").count()).toBe(0);
  });

  it("is asked for some more times when it is gone, since some of its events come later", async () => {
    const early = { ...waitingPod(), state: "gone" as const };
    let asked = 0;
    const { page, panel } = await showPod(() => (++asked < 3 ? { ...early, events: [] } : early), true);
    await panel.getByText("The cluster has none (any more)").waitFor();
    await vi.waitFor(
      async () => {
        await page.clock.fastForward(3_000);
        expect(asked).toBe(10);
      },
      { timeout: 60_000 },
    );
    await panel.getByRole("list", { name: "Events of the Pod" }).waitFor();
    await page.clock.fastForward(60_000);
    await page.clock.fastForward(60_000);
    expect(asked).toBe(10);
  });

  it("is shown without its events where these may not be seen", async () => {
    const { panel } = await showPod(() => ({ ...waitingPod(), events: [], eventsProblem: "events is forbidden" }));
    await panel.getByText("Its agent may not see them: events is forbidden").waitFor();
    await panel.getByText("ErrImagePull").waitFor();
  });
});
