import { beforeAll, describe, expect, test } from "vitest";
import { freshNamespace, kubectl, kubeObject, until } from "./cluster.ts";
import { ended, get, submit, type WorkflowView } from "./workflows.ts";

const namespace = "capstan-test-room";

beforeAll(() => freshNamespace(namespace));

const wide = (template: object, count: number): object => ({
  templates: [
    { name: "main", steps: [[{ name: "all", template: "one", withSequence: { count: String(count) } }]] },
    { name: "one", ...template },
  ],
});

const container = (line: string, more: object = {}): object => ({
  container: { image: "busybox", command: ["sh", "-c"], args: [line], ...more },
});

const pods = (workflow: WorkflowView) =>
  Object.values(workflow.status?.nodes ?? {}).filter(({ type }) => type === "Pod");

interface NodeView {
  readonly status: { readonly allocatable: { readonly cpu: string } };
}

describe("more tasks than there is room for", () => {
  test("wait for those before them where the node's cores are asked for; all end, each in its first attempt", async () => {
    const [node] = kubeObject<{ readonly items: readonly NodeView[] }>("nodes").items;
    const milliCores = Math.floor(Number(node?.status.allocatable.cpu.replace(/m$/, "000")) * 1_000 * 0.3);
    const cpu = { requests: { cpu: `${milliCores}m` } };
    const one = container("sleep 1", { resources: cpu });
    const workflow = await ended(namespace, await submit(namespace, wide(one, 8)));
    expect(workflow.status?.phase).toBe("Succeeded");
    expect(pods(workflow).map(({ phase }) => phase)).toEqual(Array(8).fill("Succeeded"));
  });

  test("wait, and say why, while a quota refuses their Pods; they run once it lets them", async () => {
    kubectl(["create", "quota", "none", "-n", namespace, "--hard=pods=0"]);
    const name = await submit(namespace, wide(container("true"), 3));
    await until("the reason", async () => {
      const shown = pods(await get(namespace, name));
      const isSaid = shown.length === 3 && shown.every(({ message }) => message?.includes("exceeded quota"));
      return isSaid ? true : undefined;
    });
    kubectl(["delete", "resourcequota", "-n", namespace, "none"]);
    const workflow = await ended(namespace, name);
    expect(pods(workflow).map(({ phase, message }) => [phase, message])).toEqual(
      Array(3).fill(["Succeeded", undefined]),
    );
  });
});
