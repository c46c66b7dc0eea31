import type { JsonObject, Template } from "@capstan/core";
import { describe, expect, test } from "vitest";
import { podContext, podTask } from "../testing/pod-values.ts";
import { buildPod, imagesToLookUp, type PodContext, sidecarImagesToLookUp } from "./build-pod.ts";
import { podName, taskOfPod } from "./identity.ts";

interface Container extends JsonObject {
  readonly name: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly volumeMounts?: readonly JsonObject[];
}

interface Spec extends JsonObject {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly JsonObject[];
}

function specOf(template: Template, more: { task?: object; context?: Partial<PodContext> } = {}): Spec {
  const built = buildPod(podTask(template, more.task), podContext(more.context));
  if (!built.ok) throw new Error(built.error);
  return built.value.spec as unknown as Spec;
}

function problemOf(template: Template, task: object = {}): string {
  const built = buildPod(podTask(template, task), podContext());
  return built.ok ? "" : built.error;
}

const echo = { image: "busybox", command: ["echo"], args: ["hi"] };

describe("a task that needs nothing captured", () => {
  test("is the user's container alone", () => {
    const spec = specOf({ container: { ...echo, resources: { requests: { cpu: "1" } } } });
    expect(spec.containers).toHaveLength(1);
    expect(spec.containers[0]).toMatchObject({ ...echo, name: "main", resources: { requests: { cpu: "1" } } });
    expect(spec.initContainers).toBeUndefined();
    expect(spec.volumes).toBeUndefined();
    expect(spec["restartPolicy"]).toBe("Never");
  });

  test("says whose it is, and holds its task", () => {
    const task = podTask({ container: echo }, { labels: { app: "x" }, annotations: { note: "y" } });
    const built = buildPod(task, podContext());
    if (!built.ok) throw new Error(built.error);
    expect(built.value.metadata.labels).toEqual({
      app: "x",
      "workflows.argoproj.io/workflow": "wf",
      "capstan.dev/workflow-uid": "uid-1",
      "capstan.dev/agent": "node-1",
      "capstan.dev/pool": "default",
    });
    expect(built.value.metadata.annotations).toMatchObject({ note: "y", "capstan.dev/task-id": task.id });
    expect(taskOfPod(built.value)).toEqual({ ok: true, value: task });
  });

  test("a large task is packed, and one beyond all bounds is refused with advice", () => {
    const large = podTask({ container: { ...echo, args: ["x".repeat(50_000)] } });
    const built = buildPod(large, podContext());
    if (!built.ok) throw new Error(built.error);
    expect(built.value.metadata.annotations?.["capstan.dev/task"]?.length).toBeLessThan(2_000);
    expect(taskOfPod(built.value)).toEqual({ ok: true, value: large });
    const noise = Array.from({ length: 40_000 }, (_, index) => Math.sin(index).toString(36)).join("");
    expect(problemOf({ container: { ...echo, args: [noise] } })).toContain("pass large values as artifacts");
  });

  test("a script is a file made of an annotation: no init container, no other object", () => {
    const spec = specOf({ script: { image: "python", command: ["python"], source: "print(1)" } });
    expect(spec.initContainers).toBeUndefined();
    expect(spec.containers[0]).toMatchObject({
      command: ["python"],
      args: ["/argo/staging/script"],
      volumeMounts: [{ name: "capstan-script", mountPath: "/argo/staging", readOnly: true }],
    });
    expect(JSON.stringify(spec.volumes)).toContain("metadata.annotations['capstan.dev/script']");
  });
});

describe("fields of the Pod", () => {
  const workflow = {
    nodeSelector: { disk: "ssd" },
    serviceAccountName: "wf",
    tolerations: [{ key: "a", operator: "Exists" }],
    hostAliases: [{ ip: "1.1.1.1", hostnames: ["one"] }],
    podPriorityClassName: "low",
    podMetadata: { labels: { team: "red" } },
    podGC: { strategy: "OnPodCompletion" },
    podResources: { limits: { cpu: "1" } },
    hostNetwork: true,
    dnsConfig: { nameservers: ["1.2.3.4"] },
  };

  test("come from the workflow", () => {
    const spec = specOf({ container: echo }, { task: { podDefaults: workflow } });
    expect(spec).toMatchObject({
      nodeSelector: { disk: "ssd" },
      serviceAccountName: "wf",
      priorityClassName: "low",
      hostNetwork: true,
      dnsConfig: { nameservers: ["1.2.3.4"] },
      resources: { limits: { cpu: "1" } },
    });
    expect(spec["podGC"]).toBeUndefined();
  });

  test("and from the template, which wins", () => {
    const own = {
      nodeSelector: { disk: "hdd" },
      serviceAccountName: "tmpl",
      priorityClassName: "high",
      hostAliases: [{ ip: "2.2.2.2", hostnames: ["two"] }],
    };
    const spec = specOf({ container: echo, ...own }, { task: { podDefaults: workflow } });
    expect(spec).toMatchObject({
      nodeSelector: { disk: "hdd" },
      serviceAccountName: "tmpl",
      priorityClassName: "high",
    });
    expect(spec["hostAliases"]).toEqual([...workflow.hostAliases, ...own.hostAliases]);
  });

  test.each([
    { what: "of its own", task: { runLimitMs: 1_500 }, seconds: 2 },
    { what: "of its workflow", task: { deadlineAtMs: 1_000_000 + 5_000, runLimitMs: 60_000 }, seconds: 5 },
    { what: "that is over", task: { deadlineAtMs: 1 }, seconds: 1 },
  ])("a deadline $what", ({ task, seconds }) => {
    expect(specOf({ container: echo }, { task })["activeDeadlineSeconds"]).toBe(seconds);
  });

  test("podSpecPatch: the workflow's, then the template's, lists merged by their keys", () => {
    const podDefaults = { podSpecPatch: '{"containers":[{"name":"main","resources":{"limits":{"cpu":"1"}}}]}' };
    const podSpecPatch =
      "containers:\n- name: main\n  resources:\n    limits:\n      memory: 1Gi\nterminationGracePeriodSeconds: 3\n";
    const spec = specOf({ container: echo, podSpecPatch }, { task: { podDefaults } });
    expect(spec.containers).toHaveLength(1);
    expect(spec.containers[0]).toMatchObject({ command: ["echo"], resources: { limits: { cpu: "1", memory: "1Gi" } } });
    expect(spec["terminationGracePeriodSeconds"]).toBe(3);
    expect(problemOf({ container: echo, podSpecPatch: "{" })).toMatch(/^podSpecPatch: The text is not YAML/);
    expect(problemOf({ container: echo, podSpecPatch: "7" })).toMatch(/^podSpecPatch: it must be one object/);
  });

  test("volumes: those that are mounted, of template, workflow and claims; an unknown one is a mistake", () => {
    const podDefaults = {
      volumes: [
        { name: "shared", emptyDir: {} },
        { name: "unused", emptyDir: {} },
      ],
      volumeClaimTemplates: [{ metadata: { name: "work" }, spec: {} }],
    };
    const mounts = ["shared", "own", "work"].map((name) => ({ name, mountPath: `/${name}` }));
    const template = { container: { ...echo, volumeMounts: mounts }, volumes: [{ name: "own", emptyDir: {} }] };
    expect(specOf(template, { task: { podDefaults } }).volumes).toEqual([
      { name: "work", persistentVolumeClaim: { claimName: "wf-work" } },
      { name: "shared", emptyDir: {} },
      { name: "own", emptyDir: {} },
    ]);
    expect(problemOf(template)).toContain('container main mounts volume "shared", which neither');
  });

  test("sidecars are native ones, after init containers, with main's mounts where they mirror them", () => {
    const spec = specOf({
      container: { ...echo, volumeMounts: [{ name: "v", mountPath: "/v" }] },
      volumes: [{ name: "v", emptyDir: {} }],
      initContainers: [{ name: "first", image: "i" }],
      sidecars: [{ name: "web", image: "nginx", mirrorVolumeMounts: true }],
    });
    expect(spec.initContainers?.map(({ name, restartPolicy }) => [name, restartPolicy])).toEqual([
      ["capstan", undefined],
      ["first", undefined],
      ["web", "Always"],
    ]);
    expect(spec.initContainers?.[2]).toMatchObject({ volumeMounts: [{ name: "v", mountPath: "/v" }] });
    expect(spec.initContainers?.[2]).not.toHaveProperty("mirrorVolumeMounts");
  });

  test("sidecars run under the supervisor, where their command is known; the main container needs none for that", () => {
    const sidecars = [
      { name: "web", image: "nginx", command: ["nginx"], args: ["-g", "daemon off;"] },
      { name: "tool", image: "tool", args: ["x"] },
    ];
    expect(sidecarImagesToLookUp(podTask({ container: echo, sidecars }))).toEqual(["tool"]);
    expect(imagesToLookUp(podTask({ container: echo, sidecars }), false)).toEqual([]);
    const supervise = ["/capstan/bin/busybox", "sh", "/capstan/bin/supervise.sh"];
    const spec = specOf({ container: echo, sidecars });
    expect(spec.containers[0]).toMatchObject({ command: ["echo"], args: ["hi"] });
    expect(spec.initContainers?.[1]?.command).toEqual([...supervise, "web", "nginx", "-g", "daemon off;"]);
    expect(spec.initContainers?.[2]).toMatchObject({ args: ["x"] });
    expect(spec.initContainers?.[2]).not.toHaveProperty("command");
    const known = { imageConfig: () => ({ entrypoint: ["/tool"], cmd: [] }) };
    expect(specOf({ container: echo, sidecars }, { context: known }).initContainers?.[2]?.command).toEqual([
      ...supervise,
      "tool",
      "/tool",
      "x",
    ]);
    const built = buildPod(podTask({ container: echo, sidecars }), podContext());
    const annotations = built.ok ? (built.value.metadata.annotations ?? {}) : {};
    expect(annotations["capstan.dev/plan"]).toContain("'web') sidecar ;;\n");
    expect(annotations).not.toHaveProperty(["capstan.dev/supervisor"]);
  });
});

describe("a task whose outputs are files", () => {
  const outputs = {
    parameters: [{ name: "p", valueFrom: { path: "/tmp/it's" } }],
    artifacts: [{ name: "a", path: "/out" }],
  };

  test("runs under the supervisor, which gets the whole command", () => {
    const spec = specOf({ container: echo, outputs });
    expect(spec.containers[0]?.command).toEqual([
      ...["/capstan/bin/busybox", "sh", "/capstan/bin/supervise.sh", "main", "echo", "hi"],
    ]);
    expect(spec.containers[0]).not.toHaveProperty("args");
    expect(spec.initContainers?.map(({ name }) => name)).toEqual(["capstan"]);
    expect(spec.initContainers?.[0]).toMatchObject({
      image: "capstan/supervisor:1",
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        readOnlyRootFilesystem: true,
      },
    });
  });

  test("with the supervisor on the node, needs no init container", () => {
    const context = { supervisor: { hostPath: "/opt/capstan" } };
    expect(specOf({ container: echo, outputs }, { context }).initContainers).toBeUndefined();
  });

  test("what podSpecPatch makes of the command is what the supervisor runs", () => {
    const main = { name: "main", image: "tool:2", command: ["other"], args: null };
    const patched = { container: echo, outputs, podSpecPatch: JSON.stringify({ containers: [main] }) };
    expect(specOf(patched).containers[0]).toMatchObject({ image: "tool:2" });
    expect(specOf(patched).containers[0]?.command?.slice(3)).toEqual(["main", "other"]);
    const withoutCommand = {
      ...patched,
      podSpecPatch: '{"containers":[{"name":"main","image":"tool:3","command":null}]}',
    };
    expect(imagesToLookUp(podTask(withoutCommand), false)).toEqual(["tool:3"]);
    const added = { ...patched, podSpecPatch: '{"containers":[{"name":"beside","image":"i"}]}' };
    expect(specOf(added).containers.map(({ name, command }) => [name, command?.[0]])).toEqual(
      expect.arrayContaining([
        ["main", "/capstan/bin/busybox"],
        ["beside", undefined],
      ]),
    );
  });

  test.each([{ image: "capstan/supervisor:1" }, { hostPath: "/opt/capstan" }])(
    "a script too large for an annotation is fetched by the init container, with %o",
    (supervisor) => {
      const script = { image: "python", command: ["python"], source: "#".repeat(100_000) };
      const spec = specOf({ script }, { context: { supervisor } });
      expect(spec.initContainers?.[0]?.volumeMounts).toContainEqual({
        name: "capstan-inputs",
        mountPath: "/capstan/inputs",
      });
      expect(spec.containers[0]?.volumeMounts).toContainEqual({
        name: "capstan-inputs",
        mountPath: "/argo/staging/script",
        subPath: "script/content",
      });
      expect(spec.volumes?.map(({ name }) => name)).toEqual(
        expect.arrayContaining(["capstan-bin", "capstan-plan", "capstan-run", "capstan-inputs"]),
      );
    },
  );

  test("runs under it too where it says how far it is", () => {
    const spec = specOf({ container: { ...echo, command: ["sh", "-c"], args: ["echo 1/2 > $ARGO_PROGRESS_FILE"] } });
    expect(spec.containers[0]?.command?.[0]).toBe("/capstan/bin/busybox");
    expect(spec.containers[0]?.["env"]).toContainEqual({ name: "ARGO_PROGRESS_FILE", value: "/capstan/run/progress" });
  });

  test("what the image starts must be known where no command is given", () => {
    const template = { container: { image: "tool", args: ["x"] }, outputs };
    expect(imagesToLookUp(podTask(template), false)).toEqual(["tool"]);
    expect(problemOf(template)).toContain('what image "tool" starts is not known');
    const context = { imageConfig: () => ({ entrypoint: ["/tool"], cmd: ["unused"] }) };
    expect(specOf(template, { context }).containers[0]?.command?.slice(4)).toEqual(["/tool", "x"]);
    expect(imagesToLookUp(podTask({ container: { image: "tool" } }), false)).toEqual([]);
  });

  test("paths are one word of the shell, whatever is in them", () => {
    const built = buildPod(podTask({ container: echo, outputs }), podContext());
    const plan = built.ok ? built.value.metadata.annotations?.["capstan.dev/plan"] : "";
    expect(plan).toContain("parameter 0 '/tmp/it'\\''s'\n");
    expect(plan).toContain("artifact 0 '/out' tgz 6\n");
  });

  test("an input artifact is mounted at its path, or put into the volume that holds it", () => {
    const inputs = {
      artifacts: [
        { name: "a", path: "/in/a" },
        { name: "b", path: "/work/b" },
      ],
    };
    const container = { ...echo, volumeMounts: [{ name: "w", mountPath: "/work" }] };
    const spec = specOf({ container, inputs, volumes: [{ name: "w", emptyDir: {} }] });
    expect(spec.containers[0]?.volumeMounts).toContainEqual({
      name: "capstan-inputs",
      mountPath: "/in/a",
      subPath: "0/content",
    });
    expect(JSON.stringify(spec.containers[0]?.volumeMounts)).not.toContain("1/content");
    expect(spec.initContainers?.[0]?.volumeMounts).toContainEqual({
      name: "w",
      mountPath: "/capstan/main/work",
      readOnly: false,
    });
  });

  test("a Pod that must not be root gets an init container that is not", () => {
    const securityContext = { runAsNonRoot: true };
    const spec = specOf({ container: echo, outputs, securityContext });
    expect(spec.initContainers?.[0]).toMatchObject({ securityContext: { runAsNonRoot: true, runAsUser: 65_534 } });
  });
});

describe("the name of a Pod", () => {
  test.each([
    { task: { podName: "wf-main-123", attempt: 1 }, name: "wf-main-123" },
    { task: { podName: "wf-main-123", attempt: 3 }, name: "wf-main-123-r3" },
    { task: { podName: "wf-My_Step-123", attempt: 1 }, name: "wf-my-step-123" },
  ])("$name", ({ task, name }) => expect(podName(task)).toBe(name));

  test("is never too long and still tells nodes apart", () => {
    const names = [1, 2].map((hash) => podName({ podName: `${"x".repeat(251)}-${hash}`, attempt: 12 }));
    expect(names.map((name) => name.length)).toEqual([253, 253]);
    expect(new Set(names).size).toBe(2);
  });
});
