import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { examples, freshNamespace, kubectl, kubeObject, until, warningsOf } from "./cluster.ts";
import { get, type WorkflowView } from "./workflows.ts";

const namespace = "capstan-test-kubectl";

beforeAll(() => freshNamespace(namespace));

function manifest(spec: object, metadata: object = { generateName: "wf-" }): object {
  return { apiVersion: "argoproj.io/v1alpha1", kind: "Workflow", metadata, spec: { entrypoint: "main", ...spec } };
}

const echo = { name: "main", container: { image: "busybox", command: ["echo", "hi"] } };
const waiting = {
  templates: [
    { name: "main", steps: [[{ name: "hold", template: "hold" }], [{ name: "after", template: "after" }]] },
    { name: "hold", suspend: {} },
    { ...echo, name: "after" },
  ],
};

/** `kubectl create -f -`; gives the object's name. */
function create(object: object): string {
  return kubectl(["create", "-n", namespace, "-f", "-", "-o", "jsonpath={.metadata.name}"], object);
}

function look(name: string): WorkflowView {
  return kubeObject<WorkflowView>("workflow", name, "-n", namespace);
}

function untilPhase(name: string, phase: string): Promise<WorkflowView> {
  return until(`${name} to be ${phase}`, () => {
    const workflow = look(name);
    return workflow.status?.phase === phase ? workflow : undefined;
  });
}

describe("a Workflow object", () => {
  test("runs, shows its status in kubectl's table, its nodes in the object, and carries Argo's labels", async () => {
    const name = create(manifest({ templates: [echo] }));
    const workflow = await untilPhase(name, "Succeeded");
    expect(Object.values(workflow.status?.nodes ?? {}).map(({ phase }) => phase)).toEqual(["Succeeded"]);
    const table = kubectl(["get", "wf", "-n", namespace, "-l", "workflows.argoproj.io/phase=Succeeded"]);
    expect(table).toMatch(/^NAME +STATUS +AGE +PROGRESS +MESSAGE/);
    expect(table).toMatch(new RegExp(`^${name} +Succeeded +\\S+ +1/1`, "m"));
    expect(kubectl(["describe", "workflow", name, "-n", namespace])).toMatch(/Phase:\s+Succeeded/);
    expect((await get(namespace, name)).metadata.uid).toBe(workflow.metadata.uid);
  });

  test("tells by Events what became of it, and what failed in it first", async () => {
    const bad = { name: "bad", container: { image: "busybox", command: ["sh", "-c", "exit 3"] } };
    const main = { name: "main", steps: [[{ name: "a", template: "bad" }]] };
    const name = create(manifest({ templates: [main, bad] }));
    await untilPhase(name, "Failed");
    const told = await until("its Events", () => {
      const text = kubectl(["describe", "workflow", name, "-n", namespace]);
      return /WorkflowFailed/.test(text) ? text : undefined;
    });
    expect(told).toMatch(/Normal +WorkflowRunning +\S+ +capstan-coordinator +Workflow Running/);
    expect(told).toMatch(/Warning +WorkflowNodeFailed +\S+ +capstan-coordinator +Failed node \S+\.a: .*exit code 3/);
  });

  test("with a mistake says what is wrong and where, and nothing runs", async () => {
    const name = create(manifest({ templates: [{ name: "main", steps: [[{ name: "a", template: "nowhere" }]] }] }));
    const workflow = await untilPhase(name, "Error");
    expect(workflow.status?.message).toMatch(/spec\.templates\[0\]\.steps\[0\]\[0\]\.template.*"nowhere"/);
    await expect(get(namespace, name)).rejects.toThrow("404");
  });

  test("is suspended, goes on and is ended by patches of its spec; suspended nodes go on waiting", async () => {
    const name = create(manifest(waiting));
    await untilPhase(name, "Running");
    const patch = (spec: object) =>
      kubectl(["patch", "workflow", name, "-n", namespace, "--type=merge", "-p", JSON.stringify({ spec })]);
    const isSuspended = async () =>
      ((await get(namespace, name)) as { spec?: { suspend?: boolean } }).spec?.suspend === true;
    patch({ suspend: true });
    await until("suspension", async () => ((await isSuspended()) ? true : undefined));
    patch({ suspend: null });
    await until("its end", async () => ((await isSuspended()) ? undefined : true));
    const hold = Object.values((await get(namespace, name)).status?.nodes ?? {}).find(
      ({ displayName }) => displayName === "hold",
    );
    expect(hold?.phase).toBe("Running");
    patch({ shutdown: "Terminate" });
    await untilPhase(name, "Failed");
  });

  test("goes with its workflow when it is deleted, and comes again under the same name", async () => {
    const object = manifest({ templates: [echo] }, { name: "again" });
    create(object);
    const first = await untilPhase("again", "Succeeded");
    kubectl(["delete", "workflow", "again", "-n", namespace]);
    create(object);
    const second = await untilPhase("again", "Succeeded");
    expect(second.metadata.uid).not.toBe(first.metadata.uid);
    kubectl(["delete", "workflow", "again", "-n", namespace]);
    await until("the workflow to go", () =>
      get(namespace, "again").then(
        () => undefined,
        () => true,
      ),
    );
  });

  test("that was deleted over the API goes from the cluster", async () => {
    const name = create(manifest({ templates: [echo] }));
    await untilPhase(name, "Succeeded");
    const { remove } = await import("./workflows.ts");
    await remove(namespace, name);
    await until("the object to go", () =>
      kubectl(["get", "wf", name, "-n", namespace, "--ignore-not-found"]) === "" ? true : undefined,
    );
  });

  test("of a kind that nobody acts on yet is kept, and kubectl says so", () => {
    const object = {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "CronWorkflow",
      metadata: { name: "nightly" },
      spec: { schedules: ["0 3 * * *"], workflowSpec: { entrypoint: "main", templates: [echo] } },
    };
    expect(warningsOf(["create", "-n", namespace, "-f", "-"], object)).toMatch(
      /CronWorkflow.*does not act on them yet/,
    );
    expect(kubectl(["get", "cwf", "nightly", "-n", namespace])).toContain("0 3 * * *");
  });

  test("finds templates that kubectl applied", async () => {
    const template = {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "WorkflowTemplate",
      metadata: { name: "say" },
      spec: { entrypoint: "main", templates: [echo] },
    };
    kubectl(["apply", "-n", namespace, "-f", "-"], template);
    const name = create({ ...manifest({}), spec: { workflowTemplateRef: { name: "say" } } });
    await untilPhase(name, "Succeeded");
    expect(kubectl(["get", "wftmpl", "-n", namespace])).toContain("say");
  });
});

describe("the three manifests of the older tutorial", () => {
  const files = ["myworkflow.yaml", "mytask.yaml", "mytaskpod.yaml"];

  beforeEach(() => {
    for (const kind of ["workflow", "workflowtemplate", "job", "configmap"])
      kubectl([
        "delete",
        kind,
        "-n",
        namespace,
        "--ignore-not-found",
        "myworkflow",
        "mytask",
        "mytaskpod",
        "capstan-values",
      ]);
  });

  /** In the test's namespace; `myimage` is a name for an image that is there. */
  function apply(file: string): void {
    const text = readFileSync(join(examples, "seed", file), "utf8");
    const here = text
      .replace("namespace: default", `namespace: ${namespace}`)
      .replace("myimage", "argoproj/argosay:v2")
      .replace('"myscript.sh"', '"argosay", "echo"');
    kubectl(["apply", "-n", namespace, "-f", "-"], here);
  }

  test.each([
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ])("run in the order %d %d %d, with the value from a ConfigMap", async (...order) => {
    kubectl(["create", "configmap", "capstan-values", "-n", namespace, "--from-literal=input=hello"]);
    for (const index of order) apply(files[index] ?? "");
    await untilPhase("myworkflow", "Succeeded");
  });

  test("wait for a value that nobody has given, say how to give it, and go on when it comes", async () => {
    for (const file of files) apply(file);
    const workflow = await untilPhase("myworkflow", "Pending");
    expect(workflow.status?.message).toMatch(
      /waits for the value of \{\{\.values\.input\}\}.*capstan\.dev\/value\.input/,
    );
    kubectl(["annotate", "workflow", "myworkflow", "-n", namespace, "capstan.dev/value.input=hello"]);
    await untilPhase("myworkflow", "Succeeded");
  });
});
