import { beforeAll, expect, test } from "vitest";
import { freshNamespace, kubectl, kubeObject, until } from "./cluster.ts";
import { ended, get, shell, submit, type WorkflowView } from "./workflows.ts";

const namespace = "capstan-test-crash";
const tasks = 20;

beforeAll(() => freshNamespace(namespace));

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly annotations: Readonly<Record<string, string>> };
    readonly status: { readonly containerStatuses?: readonly { readonly restartCount: number }[] };
  }[];
}

function countingSpec(): object {
  const step = { name: "count", template: "count", withSequence: { count: String(tasks) } };
  return { templates: [{ name: "main", steps: [[step]] }, shell("sleep 1; echo done", { name: "count" })] };
}

function kill(component: string): void {
  const selector = `app.kubernetes.io/component=${component}`;
  kubectl(["delete", "pods", "-n", "capstan", "-l", selector, "--force", "--grace-period=0", "--wait=false"]);
}

async function someEnded(name: string): Promise<void> {
  await until("some tasks to end", async () => {
    const nodes = Object.values((await get(namespace, name)).status?.nodes ?? {});
    return nodes.filter(({ type, phase }) => type === "Pod" && phase === "Succeeded").length >= 3 ? true : undefined;
  });
}

/** One Pod a task, none started twice, all of them well. */
function expectOneRunEach(name: string): void {
  const { items } = kubeObject<PodList>("pods", "-n", namespace, "-l", `workflows.argoproj.io/workflow=${name}`);
  expect(items).toHaveLength(tasks);
  const nodes = items.map(({ metadata }) => metadata.annotations["workflows.argoproj.io/node-name"]);
  expect(new Set(nodes).size).toBe(tasks);
  expect(
    items.flatMap(({ status }) => status.containerStatuses ?? []).every(({ restartCount }) => restartCount === 0),
  ).toBe(true);
}

/** Runs something while no coordinator does. */
async function withoutCoordinators(act: () => void): Promise<void> {
  const deployment = ["deployment/capstan-coordinator", "-n", "capstan"];
  const replicas = kubectl(["get", ...deployment, "-o", "jsonpath={.spec.replicas}"]);
  const selector = "app.kubernetes.io/component=coordinator";
  kubectl(["scale", ...deployment, "--replicas=0"]);
  try {
    kubectl(["wait", "pods", "-n", "capstan", "-l", selector, "--for=delete", "--timeout=120s"]);
    act();
  } finally {
    kubectl(["scale", ...deployment, `--replicas=${replicas}`]);
    kubectl(["rollout", "status", ...deployment, "--timeout=120s"]);
  }
}

test("objects that are created, changed and deleted while no coordinator runs are carried out by the next", async () => {
  const spec = { entrypoint: "main", templates: [{ name: "main", suspend: {} }] };
  const create = (name: string): string => {
    const workflow = { apiVersion: "argoproj.io/v1alpha1", kind: "Workflow", metadata: { name }, spec };
    return kubectl(["create", "-n", namespace, "-f", "-"], workflow);
  };
  const untilPhase = (name: string, phase: string) =>
    until(`${name} to be ${phase}`, () =>
      kubeObject<WorkflowView>("workflow", name, "-n", namespace).status?.phase === phase ? true : undefined,
    );
  const names = ["deleted", "ended", "kept"];
  for (const name of names) create(name);
  for (const name of names) await untilPhase(name, "Running");
  await withoutCoordinators(() => {
    kubectl(["delete", "workflow", "deleted", "-n", namespace]);
    kubectl(["patch", "workflow", "ended", "-n", namespace, "--type=merge", "-p", '{"spec":{"shutdown":"Terminate"}}']);
    create("created");
  });
  await untilPhase("created", "Running");
  await untilPhase("ended", "Failed");
  await until("the deletion", () =>
    get(namespace, "deleted").then(
      () => undefined,
      (error: Error) => (error.message.includes("404") ? true : undefined),
    ),
  );
  expect((await get(namespace, "kept")).status?.phase).toBe("Running");
});

test.each(["agent", "coordinator"])(
  "the %s is killed in the middle: its successor goes on, nothing runs twice",
  async (component) => {
    const name = await submit(namespace, countingSpec(), component);
    await someEnded(name);
    kill(component);
    const workflow = await ended(namespace, name, 170_000);
    expect(workflow.status?.phase).toBe("Succeeded");
    expectOneRunEach(name);
  },
);
