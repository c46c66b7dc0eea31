import type { JsonObject, Result, Task } from "@capstan/core";
import { objectsAt, textAt } from "./json-fields.ts";
import type { ContainerContext, PodContainers } from "./pod-containers.ts";
import { isLargeScript, mountHolding } from "./supervisor-plan.ts";

/** The script's text, which the Pod sees as a file: a volume made of an annotation costs no object and no container. */
export const scriptAnnotation = "capstan.dev/script";
export const planAnnotation = "capstan.dev/plan";

/** Where the supervisor's things are in every container. */
export const containerPaths = {
  bin: "/capstan/bin",
  plan: "/capstan/plan",
  run: "/capstan/run",
  inputs: "/capstan/inputs",
} as const;

/** What every supervised container mounts. */
export const sharedMounts: readonly JsonObject[] = [
  { name: "capstan-bin", mountPath: containerPaths.bin, readOnly: true },
  { name: "capstan-plan", mountPath: containerPaths.plan, readOnly: true },
  { name: "capstan-run", mountPath: containerPaths.run },
];

export function scriptMount(task: Task): JsonObject {
  return isLargeScript(task)
    ? { name: "capstan-inputs", mountPath: "/argo/staging/script", subPath: "script/content" }
    : { name: "capstan-script", mountPath: "/argo/staging", readOnly: true };
}

/** Input artifacts at their paths; those whose path lies in a mounted volume are put into the volume instead. */
export function inputMounts(task: Task): readonly JsonObject[] {
  return (task.template.inputs?.artifacts ?? []).flatMap(({ path }, index) =>
    path === undefined || mountHolding(task, path) !== undefined
      ? []
      : [{ name: "capstan-inputs", mountPath: path, subPath: `${index}/content` }],
  );
}

/** The volumes that the containers mount, of the template, of the workflow and of its claims, and our own. */
export function podVolumes(
  task: Task,
  containers: PodContainers,
  context: ContainerContext,
): Result<readonly JsonObject[]> {
  const known = new Map<string, JsonObject>();
  for (const claim of claimsOf(task))
    known.set(claim.volume, { name: claim.volume, persistentVolumeClaim: { claimName: claim.name } });
  const { template, podDefaults } = task;
  for (const volume of [
    ...objectsAt(podDefaults, "volumes"),
    ...objectsAt(template, "volumes"),
    ...ownVolumes(context),
  ])
    known.set(textAt(volume, "name") ?? "", volume);
  const all = [...(containers.initContainers ?? []), ...containers.containers];
  const mounts = all.flatMap((container) =>
    [...objectsAt(container, "volumeMounts"), ...objectsAt(container, "volumeDevices")].map((mount) => ({
      container: textAt(container, "name") ?? "",
      volume: textAt(mount, "name") ?? "",
    })),
  );
  for (const { container, volume } of mounts)
    if (!known.has(volume))
      return {
        ok: false,
        error: `container ${container} mounts volume "${volume}", which neither the template nor the workflow defines`,
      };
  const used = new Set(mounts.map(({ volume }) => volume));
  return { ok: true, value: [...known].filter(([name]) => used.has(name)).map(([, volume]) => volume) };
}

function ownVolumes({ supervisor }: ContainerContext): readonly JsonObject[] {
  const annotationFile = (annotation: string, path: string, mode?: number): JsonObject => ({
    path,
    fieldRef: { fieldPath: `metadata.annotations['${annotation}']` },
    ...(mode !== undefined && { mode }),
  });
  return [
    "hostPath" in supervisor
      ? { name: "capstan-bin", hostPath: { path: supervisor.hostPath, type: "Directory" } }
      : { name: "capstan-bin", emptyDir: {} },
    { name: "capstan-plan", downwardAPI: { items: [annotationFile(planAnnotation, "plan")] } },
    { name: "capstan-script", downwardAPI: { items: [annotationFile(scriptAnnotation, "script", 0o755)] } },
    { name: "capstan-run", emptyDir: {} },
    { name: "capstan-inputs", emptyDir: {} },
  ];
}

/** A PersistentVolumeClaim that a workflow's Pods share. */
export interface WorkflowClaim {
  /** The name of the volume that containers mount. */
  readonly volume: string;
  /** The claim's own name: `<workflow>-<volume>`, as in Argo. */
  readonly name: string;
  readonly template: JsonObject;
}

/** The claims of `spec.volumeClaimTemplates`. */
export function claimsOf(task: Task): readonly WorkflowClaim[] {
  return objectsAt(task.podDefaults, "volumeClaimTemplates").flatMap((template) => {
    const volume = textAt(template["metadata"], "name");
    return volume === undefined ? [] : [{ volume, name: `${task.workflowName}-${volume}`, template }];
  });
}
