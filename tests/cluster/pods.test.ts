import { beforeAll, describe, expect, test } from "vitest";
import { freshNamespace, kubectl, kubeObject, until } from "./cluster.ts";
import {
  control,
  ended,
  get,
  nodeOf,
  parameterOf,
  remove,
  run,
  shell,
  submit,
  type WorkflowView,
} from "./workflows.ts";

const namespace = "capstan-test-pods";

beforeAll(() => freshNamespace(namespace));

interface PodView {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly containers: readonly object[];
    readonly initContainers?: readonly { readonly name: string }[];
  };
}

function podsOf(workflow: Pick<WorkflowView, "metadata">): readonly PodView[] {
  const label = `workflows.argoproj.io/workflow=${workflow.metadata.name}`;
  return kubeObject<{ readonly items: readonly PodView[] }>("pods", "-n", namespace, "-l", label).items;
}

function logOf(workflow: WorkflowView): string {
  return kubectl([
    "logs",
    "-n",
    namespace,
    "-l",
    `workflows.argoproj.io/workflow=${workflow.metadata.name}`,
    "--tail=-1",
  ]);
}

describe("a Pod of a task", () => {
  test("is the user's container alone where nothing is captured, and keeps its log", async () => {
    const workflow = await run(namespace, { templates: [shell("echo hello from $ARGO_NODE_ID")] });
    expect(workflow.status?.phase).toBe("Succeeded");
    const pods = podsOf(workflow);
    expect(pods.map(({ metadata }) => metadata.name)).toEqual([workflow.metadata.name]);
    expect(pods[0]?.spec.containers).toHaveLength(1);
    expect(pods[0]?.spec.initContainers).toBeUndefined();
    expect(logOf(workflow)).toBe(`hello from ${workflow.metadata.name}\n`);
  });

  test("gives a script's stdout as its result, and only that", async () => {
    const source = "import sys\nprint('noise', file=sys.stderr)\nprint(6 * 7)\n";
    const templates = [
      {
        name: "main",
        steps: [
          [{ name: "make", template: "make" }],
          [{ name: "use", template: "use", when: "{{steps.make.outputs.result}} == 42" }],
        ],
      },
      { name: "make", script: { image: "python:3", command: ["python"], source } },
      shell("true", { name: "use" }),
    ];
    const workflow = await run(namespace, { templates });
    expect(nodeOf(workflow, "make").outputs).toMatchObject({ result: "42", exitCode: "0" });
    expect(nodeOf(workflow, "use").phase).toBe("Succeeded");
    expect(podsOf(workflow).map(({ spec }) => spec.initContainers)).toEqual([undefined, undefined]);
  });

  test("hands files on: parameters small and large, defaults, folders, archives, raw text, into volumes", async () => {
    const produce = shell(
      "printf small > /tmp/s; head -c 50000 /dev/zero | tr '\\0' x > /tmp/l; mkdir -p /tmp/d/e; echo deep > /tmp/d/e/f; echo plain > /tmp/p",
      {
        name: "produce",
        outputs: {
          parameters: [
            { name: "small", valueFrom: { path: "/tmp/s" } },
            { name: "large", valueFrom: { path: "/tmp/l" } },
            { name: "absent", valueFrom: { path: "/tmp/none", default: "instead" } },
          ],
          artifacts: [
            { name: "folder", path: "/tmp/d" },
            { name: "plain", path: "/tmp/p", archive: { none: {} } },
          ],
        },
      },
    );
    const consume = {
      name: "consume",
      inputs: {
        parameters: [{ name: "small" }],
        artifacts: [
          { name: "folder", path: "/in/folder" },
          { name: "plain", path: "/work/plain.txt" },
          { name: "raw", path: "/in/raw", mode: 0o755, raw: { data: "#!/bin/sh\necho raw\n" } },
          { name: "missing", path: "/in/missing", optional: true },
        ],
      },
      volumes: [{ name: "work", emptyDir: {} }],
      container: {
        image: "busybox",
        command: [
          "sh",
          "-c",
          "echo {{inputs.parameters.small}}; cat /in/folder/e/f /work/plain.txt; /in/raw; ls /in/missing 2> /dev/null || echo none",
        ],
        volumeMounts: [{ name: "work", mountPath: "/work" }],
      },
    };
    const from = (name: string) => ({ name, from: `{{steps.produce.outputs.artifacts.${name}}}` });
    const steps = [
      [{ name: "produce", template: "produce" }],
      [
        {
          name: "consume",
          template: "consume",
          arguments: {
            parameters: [{ name: "small", value: "{{steps.produce.outputs.parameters.small}}" }],
            artifacts: [from("folder"), from("plain")],
          },
        },
      ],
    ];
    const workflow = await run(namespace, { templates: [{ name: "main", steps }, produce, consume] });
    expect(workflow.status).toMatchObject({ phase: "Succeeded" });
    const made = nodeOf(workflow, "produce");
    expect([parameterOf(made, "small"), parameterOf(made, "large")?.length, parameterOf(made, "absent")]).toEqual([
      "small",
      50_000,
      "instead",
    ]);
    const pod = podsOf(workflow).find(({ metadata }) => metadata.name.includes("consume"));
    expect(kubectl(["logs", "-n", namespace, pod?.metadata.name ?? "", "-c", "main"])).toBe(
      "small\ndeep\nplain\nraw\nnone\n",
    );
  });

  test("works without root, on a read-only root file system", async () => {
    const securityContext = {
      runAsNonRoot: true,
      runAsUser: 1234,
      fsGroup: 1234,
      seccompProfile: { type: "RuntimeDefault" },
    };
    const own = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } };
    const template = {
      name: "main",
      container: {
        image: "busybox",
        command: ["sh", "-c", "id -u > /out/id"],
        securityContext: own,
        volumeMounts: [{ name: "out", mountPath: "/out" }],
      },
      volumes: [{ name: "out", emptyDir: {} }],
      outputs: { parameters: [{ name: "id", valueFrom: { path: "/out/id" } }] },
    };
    const workflow = await run(namespace, { securityContext, templates: [template] });
    expect(workflow.status).toMatchObject({ phase: "Succeeded" });
    expect(parameterOf(nodeOf(workflow), "id")).toBe("1234");
  });

  test("runs what its image starts, found in the registry, when it is supervised", async () => {
    const template = {
      name: "main",
      container: { image: "argoproj/argosay:v2", args: ["echo", "said", "/tmp/said"] },
      outputs: { parameters: [{ name: "said", valueFrom: { path: "/tmp/said" } }] },
    };
    const workflow = await run(namespace, { templates: [template] });
    expect(workflow.status).toMatchObject({ phase: "Succeeded" });
    expect(parameterOf(nodeOf(workflow), "said")).toBe("said");
  });

  test("orders the containers of a set, and ends sidecars after main", async () => {
    const write = (name: string, dependencies: readonly string[]) => ({
      name,
      image: "busybox",
      command: ["sh", "-c", `cat /shared/* 2> /dev/null; echo ${name} > /shared/${name}`],
      dependencies,
    });
    const set = {
      name: "set",
      volumes: [{ name: "shared", emptyDir: {} }],
      containerSet: {
        volumeMounts: [{ name: "shared", mountPath: "/shared" }],
        containers: [
          write("a", []),
          write("b", ["a"]),
          { ...write("main", ["a", "b"]), command: ["sh", "-c", "cat /shared/a /shared/b > /shared/all"] },
        ],
      },
      outputs: { parameters: [{ name: "all", valueFrom: { path: "/shared/all" } }] },
    };
    const beside = {
      ...shell("until wget -q -O /dev/null http://127.0.0.1; do sleep 0.2; done", { name: "beside" }),
      sidecars: [{ name: "web", image: "nginx" }],
    };
    const steps = [
      [
        { name: "set", template: "set" },
        { name: "beside", template: "beside" },
      ],
    ];
    const workflow = await run(namespace, { templates: [{ name: "main", steps }, set, beside] });
    expect(workflow.status).toMatchObject({ phase: "Succeeded" });
    expect(parameterOf(nodeOf(workflow, "set"), "all")).toBe("a\nb");
  });

  test("a sidecar may end before the main container, and runs once; one that fails fails the step when main has ended", async () => {
    const beside = (name: string, code: number) => ({
      name,
      script: {
        ...{ image: "busybox", command: ["sh"], source: "sleep 3; cat /shared/ran" },
        volumeMounts: [{ name: "shared", mountPath: "/shared" }],
      },
      volumes: [{ name: "shared", emptyDir: {} }],
      sidecars: [
        {
          name: "early",
          image: "busybox",
          command: ["sh", "-c", `echo ran >> /shared/ran; exit ${code}`],
          mirrorVolumeMounts: true,
        },
      ],
    });
    const steps = [
      [
        { name: "ends", template: "ends" },
        { name: "fails", template: "fails", continueOn: { failed: true } },
      ],
    ];
    const outputs = { parameters: [{ name: "ran", valueFrom: { parameter: "{{steps.ends.outputs.result}}" } }] };
    const templates = [{ name: "main", steps, outputs }, beside("ends", 0), beside("fails", 3)];
    const workflow = await run(namespace, { templates });
    expect(nodeOf(workflow, "ends")).toMatchObject({ phase: "Succeeded", outputs: { result: "ran" } });
    expect(nodeOf(workflow, "fails")).toMatchObject({
      phase: "Failed",
      message: expect.stringMatching(/^early: Error \(exit code 3\)$/),
    });
  });
});

describe("what goes wrong with a Pod becomes a clear message and the right phase", () => {
  test.each([
    { what: "an exit code", template: shell("exit 3"), phase: "Failed", message: /^main: Error \(exit code 3\)$/ },
    {
      what: "a program that is not there",
      template: { name: "main", container: { image: "busybox", command: ["no-such-program"] } },
      phase: "Failed",
      message: /StartError \(exit code 128\).*no-such-program/,
    },
    {
      what: "too little memory",
      template: {
        name: "main",
        container: {
          image: "python:3",
          command: ["python", "-c", "x = bytearray(200_000_000)"],
          resources: { limits: { memory: "32Mi" } },
        },
      },
      phase: "Failed",
      message: /OOMKilled \(exit code 137\)/,
    },
    {
      what: "a deadline",
      template: shell("sleep 100", { activeDeadlineSeconds: 2 }),
      phase: "Failed",
      message: /active on the node longer than the specified deadline/,
    },
    {
      what: "an output that is missing",
      template: shell("true", { outputs: { parameters: [{ name: "p", valueFrom: { path: "/tmp/none" } }] } }),
      phase: "Error",
      message: /open \/tmp\/none: no such file or directory/,
    },
    {
      what: "a volume that nobody defines",
      template: { name: "main", container: { image: "busybox", volumeMounts: [{ name: "nowhere", mountPath: "/x" }] } },
      phase: "Error",
      message: /mounts volume "nowhere", which neither the template nor the workflow defines/,
    },
    {
      what: "what the API server refuses",
      template: shell("true", { podSpecPatch: '{"containers":[{"name":"main","imagePullPolicy":"Sometimes"}]}' }),
      phase: "Error",
      message: /imagePullPolicy.*Sometimes/,
    },
  ])("$what", async ({ template, phase, message }) => {
    const workflow = await run(namespace, { templates: [template] });
    expect(workflow.status?.phase).toBe(phase);
    expect(nodeOf(workflow).message).toMatch(message);
  });

  test.each([
    {
      what: "an image that is not there",
      template: { name: "main", container: { image: "nobody/nothing" } },
      message: /ErrImagePull|ImagePullBackOff/,
    },
    { what: "no node for it", template: shell("true", { nodeSelector: { moon: "yes" } }), message: /^Unschedulable: / },
  ])("$what keeps it waiting and says why; terminate ends it", async ({ template, message }) => {
    const name = await submit(namespace, { templates: [template] });
    await until("the message", async () => {
      const node = Object.values((await get(namespace, name)).status?.nodes ?? {})[0];
      return node?.phase === "Pending" && message.test(node.message ?? "") ? node : undefined;
    });
    await control(namespace, name, "terminate");
    expect((await ended(namespace, name)).status?.phase).toBe("Failed");
  });

  test("a Pod that somebody deletes is an Error, which a retry policy may try again", async () => {
    const template = shell("sleep 3", { retryStrategy: { limit: 1, retryPolicy: "OnError" } });
    const name = await submit(namespace, { templates: [template] });
    const pod = await until("the first Pod", () => podsOf({ metadata: { name, namespace, uid: "" } })[0]);
    await until("its start", async () =>
      Object.values((await get(namespace, name)).status?.nodes ?? {}).some(
        ({ type, phase }) => type === "Pod" && phase === "Running",
      )
        ? true
        : undefined,
    );
    kubectl(["delete", "pod", "-n", namespace, pod.metadata.name, "--force", "--grace-period=0"]);
    const workflow = await ended(namespace, name);
    expect(workflow.status?.phase).toBe("Succeeded");
    const attempts = Object.values(workflow.status?.nodes ?? {}).filter(({ type }) => type === "Pod");
    expect(attempts.map(({ phase, message }) => [phase, message])).toEqual([
      ["Error", "pod deleted"],
      ["Succeeded", undefined],
    ]);
  });
});

describe("the life of Pods", () => {
  test("stop sends SIGTERM and leaves the log", async () => {
    const line = "trap 'echo got TERM; exit 7' TERM; echo ready; while :; do sleep 0.1; done";
    const name = await submit(namespace, { templates: [shell(line)] });
    await until("the start", async () =>
      kubectl(["logs", "-n", namespace, name]).includes("ready") ? true : undefined,
    );
    await control(namespace, name, "stop");
    const workflow = await ended(namespace, name);
    expect(workflow.status?.phase).toBe("Failed");
    expect(nodeOf(workflow).message).toMatch(/Stop/);
    await until("its last words", () => (logOf(workflow).includes("got TERM") ? true : undefined));
  });

  test("podGC deletes them when it says so, deletion of the workflow in any case", async () => {
    const collected = await run(namespace, {
      podGC: { strategy: "OnPodCompletion", deleteDelayDuration: "1s" },
      templates: [shell("true")],
    });
    const kept = await run(namespace, { templates: [shell("true")] });
    await until("the collected Pod to go", () => (podsOf(collected).length === 0 ? true : undefined));
    expect(podsOf(kept)).toHaveLength(1);
    await remove(namespace, kept.metadata.name);
    await until("the deleted workflow's Pod to go", () => (podsOf(kept).length === 0 ? true : undefined));
  });

  test("volumeClaimTemplates: steps share the claim, which goes after success", async () => {
    const mount = { volumeMounts: [{ name: "work", mountPath: "/work" }] };
    const step = (name: string, line: string) => ({
      name,
      container: { image: "busybox", command: ["sh", "-c", line], ...mount },
    });
    const workflow = await run(namespace, {
      volumeClaimTemplates: [
        {
          metadata: { name: "work" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
        },
      ],
      templates: [
        { name: "main", steps: [[{ name: "write", template: "write" }], [{ name: "read", template: "read" }]] },
        step("write", "echo kept > /work/f"),
        step("read", "grep kept /work/f"),
      ],
    });
    expect(workflow.status).toMatchObject({ phase: "Succeeded" });
    await until("the claim to go", () =>
      kubectl(["get", "pvc", "-n", namespace, "-o", "name"]) === "" ? true : undefined,
    );
  });
});
