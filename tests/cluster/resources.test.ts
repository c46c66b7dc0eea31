import { beforeAll, describe, expect, test } from "vitest";
import { freshNamespace, kubectl, kubeObject, until } from "./cluster.ts";
import { control, ended, get, nodeOf, parameterOf, run, shell, submit, type WorkflowView } from "./workflows.ts";

const namespace = "capstan-test-resources";

/** `builder` may do everything in its namespace, `reader` may get and no more, `default` nothing. */
beforeAll(() => {
  freshNamespace(namespace);
  for (const account of ["builder", "reader"]) kubectl(["create", "serviceaccount", account, "-n", namespace]);
  grant("builder", ["--clusterrole=cluster-admin"]);
  kubectl(["create", "role", "get", "--verb=get", "--resource=jobs.batch,configmaps", "-n", namespace]);
  grant("reader", ["--role=get"]);
});

function grant(account: string, role: readonly string[]): void {
  kubectl(["create", "rolebinding", account, ...role, `--serviceaccount=${namespace}:${account}`, "-n", namespace]);
}

/** A workflow of one resource template. */
function runResource(resource: object, more: object = {}, serviceAccountName = "builder"): Promise<WorkflowView> {
  return run(namespace, { serviceAccountName, templates: [{ name: "main", resource, ...more }] }, "resource");
}

function configMap(name: string, data: object = { a: "b" }): string {
  return JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data });
}

function job(command: string, metadata: object = { generateName: "job-" }): string {
  const containers = [{ name: "main", image: "busybox", command: ["sh", "-c", command] }];
  const template = { spec: { containers, restartPolicy: "Never" } };
  return JSON.stringify({ apiVersion: "batch/v1", kind: "Job", metadata, spec: { backoffLimit: 0, template } });
}

const output = (...parameters: readonly (readonly [name: string, valueFrom: object])[]) => ({
  outputs: { parameters: parameters.map(([name, valueFrom]) => ({ name, valueFrom })) },
});

describe("a resource template", () => {
  test("creates a Job, follows it to its end and hands fields of it on; no Pod of its own", async () => {
    const make = {
      name: "make",
      resource: {
        action: "create",
        successCondition: "status.succeeded > 0",
        failureCondition: "status.failed > 0",
        manifest: job("true"),
      },
      ...output(
        ["name", { jsonPath: "{.metadata.name}" }],
        ["images", { jqFilter: ".spec.template.spec.containers[].image" }],
      ),
    };
    const remove = {
      name: "remove",
      inputs: { parameters: [{ name: "job" }] },
      resource: { action: "delete", flags: ["job", "{{inputs.parameters.job}}"] },
    };
    const pass = { parameters: [{ name: "job", value: "{{steps.make.outputs.parameters.name}}" }] };
    const steps = [[{ name: "make", template: "make" }], [{ name: "remove", template: "remove", arguments: pass }]];
    const spec = { serviceAccountName: "builder", templates: [{ name: "main", steps }, make, remove] };
    const workflow = await run(namespace, spec);
    expect(workflow.status?.phase).toBe("Succeeded");
    const made = nodeOf(workflow, "make");
    expect(parameterOf(made, "name")).toMatch(/^job-/);
    expect(parameterOf(made, "images")).toBe("busybox");
    expect(made.type).toBe("Pod");
    expect(kubeObject<{ readonly items: readonly object[] }>("jobs", "-n", namespace).items).toEqual([]);
    const label = `workflows.argoproj.io/workflow=${workflow.metadata.name}`;
    expect(kubeObject<{ readonly items: readonly object[] }>("pods", "-n", namespace, "-l", label).items).toEqual([]);
  });

  test("fails in Argo's words when its failure condition holds", async () => {
    const workflow = await runResource({
      action: "create",
      successCondition: "status.succeeded > 0",
      failureCondition: "status.failed > 0",
      manifest: job("exit 3"),
    });
    expect(nodeOf(workflow)).toMatchObject({
      phase: "Failed",
      message: "main: Error (exit code 64): failure condition '{status.failed gt [0]}' evaluated true",
      outputs: { exitCode: "64" },
    });
  });

  test("applies, replaces, patches in three ways and deletes", async () => {
    const data = output(["data", { jsonPath: "{.data}" }]);
    const dataAfter = async (resource: object): Promise<unknown> => {
      const workflow = await runResource(resource, data);
      expect(nodeOf(workflow).message ?? "").toBe("");
      return JSON.parse(parameterOf(nodeOf(workflow), "data") ?? "");
    };
    expect(await dataAfter({ action: "apply", manifest: configMap("m", { a: "1", b: "2" }) })).toEqual({
      a: "1",
      b: "2",
    });
    expect(await dataAfter({ action: "apply", manifest: configMap("m", { a: "2" }) })).toEqual({ a: "2" });
    expect(await dataAfter({ action: "patch", manifest: configMap("m", { c: "3" }) })).toEqual({ a: "2", c: "3" });
    const nothing = {
      action: "patch",
      mergeStrategy: "merge",
      manifest: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m"},"data":{"a":null}}',
    };
    expect(await dataAfter(nothing)).toEqual({ c: "3" });
    const json = '- op: replace\n  path: /data/c\n  value: "4"\n';
    expect(
      await dataAfter({ action: "patch", mergeStrategy: "json", flags: ["configmap", "m"], manifest: json }),
    ).toEqual({ c: "4" });
    expect(await dataAfter({ action: "replace", manifest: configMap("m", { z: "0" }) })).toEqual({ z: "0" });
    const gone = await runResource({ action: "delete", manifest: configMap("m") });
    expect(gone.status?.phase).toBe("Succeeded");
    expect(() => kubectl(["get", "configmap", "m", "-n", namespace])).toThrow("NotFound");
  });

  test("may what its ServiceAccount may, whatever the agent may", async () => {
    const workflow = await runResource({ action: "create", manifest: configMap("no") }, {}, "default");
    expect(nodeOf(workflow).phase).toBe("Failed");
    expect(nodeOf(workflow).message).toMatch(
      /Error from server \(Forbidden\): configmaps is forbidden: User "system:serviceaccount:capstan-test-resources:default" cannot create/,
    );
    const elsewhere = await runResource({ action: "get", flags: ["-n", "kube-system", "configmap", "coredns"] });
    expect(nodeOf(elsewhere).message).toMatch(/Forbidden/);
  });

  test("is followed where its account may only get", async () => {
    kubectl(["create", "-n", namespace, "-f", "-"], job("sleep 2", { name: "watched" }));
    const get = { action: "get", successCondition: "status.succeeded == 1", flags: ["job", "watched"] };
    const workflow = await runResource(get, {}, "reader");
    expect(workflow.status?.phase).toBe("Succeeded");
  });

  test("gives the workflow as owner where that is an object; the cluster then deletes both", async () => {
    const manifest = configMap("owned");
    const templates = [{ name: "main", resource: { action: "create", setOwnerReference: true, manifest } }];
    const spec = { entrypoint: "main", serviceAccountName: "builder", templates };
    const workflow = { apiVersion: "argoproj.io/v1alpha1", kind: "Workflow", metadata: { name: "owner" }, spec };
    kubectl(["create", "-n", namespace, "-f", "-"], workflow);
    await until("the workflow's end", () =>
      kubeObject<WorkflowView>("workflow", "owner", "-n", namespace).status?.phase === "Succeeded" ? true : undefined,
    );
    const { metadata } = kubeObject<{ readonly metadata: { readonly ownerReferences: readonly object[] } }>(
      ...["configmap", "owned", "-n", namespace],
    );
    expect(metadata.ownerReferences).toMatchObject([{ kind: "Workflow", name: "owner", controller: true }]);
    kubectl(["delete", "workflow", "owner", "-n", namespace]);
    await until("the ConfigMap to go", () => {
      try {
        kubectl(["get", "configmap", "owned", "-n", namespace]);
        return undefined;
      } catch {
        return true;
      }
    });
  });

  test("of another Workflow waits for that", async () => {
    const child = {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Workflow",
      metadata: { generateName: "child-" },
      spec: { entrypoint: "main", templates: [shell("exit 1")] },
    };
    const workflow = await runResource({
      action: "create",
      successCondition: "status.phase == Succeeded",
      failureCondition: "status.phase in (Failed, Error)",
      manifest: JSON.stringify(child),
    });
    expect(nodeOf(workflow).message).toContain("failure condition '{status.phase in [");
  });

  test("ends when it is told to, and by its deadline", async () => {
    const forever = { action: "get", successCondition: "status.x == y", flags: ["serviceaccount", "builder"] };
    const late = await runResource(forever, { activeDeadlineSeconds: 1 });
    expect(nodeOf(late)).toMatchObject({
      phase: "Failed",
      message: "Pod was active on the node longer than the specified deadline",
    });
    const templates = [{ name: "main", resource: forever }];
    const name = await submit(namespace, { serviceAccountName: "builder", templates });
    await until("its start", async () =>
      Object.values((await get(namespace, name)).status?.nodes ?? {}).some(({ phase }) => phase === "Running")
        ? true
        : undefined,
    );
    await control(namespace, name, "terminate");
    expect((await ended(namespace, name)).status?.phase).toBe("Failed");
  });
});
