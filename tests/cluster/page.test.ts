import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium, openPage, whyNoBrowser } from "../browser/chromium.ts";
import { freshNamespace, kubectl } from "./cluster.ts";

const namespace = "capstan-test-page";
const service = "api/v1/namespaces/capstan/services/capstan-coordinator:http/proxy";

/** The page of the deployment, as people reach it who have kubectl and nothing else. */
describe.skipIf(whyNoBrowser() !== undefined)("the page behind kubectl proxy", () => {
  let proxy: ChildProcess;
  let browser: Browser;
  let root = "";

  beforeAll(async () => {
    freshNamespace(namespace);
    proxy = spawn("kubectl", ["proxy", "--port=0"], { stdio: ["ignore", "pipe", "inherit"] });
    root = `http://${await addressOf(proxy)}/${service}`;
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    proxy?.kill();
  });

  test("shows a workflow of real Pods to its end, and why it failed", async () => {
    const { page, faults, close } = await openPage(browser, `${root}/workflows?namespace=${namespace}`);
    await page.getByRole("heading", { name: "Workflows" }).waitFor();
    const name = kubectl(["create", "-n", namespace, "-f", "-", "-o", "jsonpath={.metadata.name}"], failing);
    await page.getByRole("link", { name, exact: true }).click();
    expect(new URL(page.url()).pathname).toBe(`/${service}/workflows/${namespace}/${name}`);
    await page.getByRole("button", { name: "Show its log" }).click({ timeout: 120_000 });
    await page.getByRole("log", { name: "Log" }).getByText("the disk is full").waitFor();
    const panel = page.getByRole("complementary", { name: "Node" });
    await panel.getByRole("tab", { name: "Pod" }).click();
    await panel.getByRole("listitem").filter({ hasText: "Started" }).first().waitFor();
    const manifest = panel.locator("pre");
    await manifest.getByText("serviceAccountName: default").waitFor();
    expect(await manifest.textContent()).toContain("exitCode: 3");
    expect(await manifest.textContent()).not.toContain("managedFields");
    kubectl(["delete", "pods", "-n", namespace, "-l", `workflows.argoproj.io/workflow=${name}`, "--grace-period=0"]);
    await panel.getByText("The Pod is gone. This is how its agent saw it last").waitFor();
    expect(await manifest.textContent()).toContain("exitCode: 3");
    await panel.getByRole("listitem").filter({ hasText: "Started" }).first().waitFor();
    // A page that is opened at its own address finds its root as well.
    await page.reload();
    await page.getByRole("heading", { level: 1, name }).waitFor();
    expect(faults).toEqual([]);
    await close();
  });
});

const failing = {
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Workflow",
  metadata: { generateName: "fails-" },
  spec: {
    entrypoint: "main",
    templates: [
      { name: "main", container: { image: "busybox", command: ["sh", "-c", "echo the disk is full; exit 3"] } },
    ],
  },
};

/** `kubectl proxy` says where it serves in its first line. */
async function addressOf(proxy: ChildProcess): Promise<string> {
  if (proxy.stdout === null) throw new Error("kubectl proxy has no output");
  for await (const line of createInterface({ input: proxy.stdout })) {
    const address = /127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (address !== undefined) return address;
  }
  throw new Error("kubectl proxy ended before it served");
}
