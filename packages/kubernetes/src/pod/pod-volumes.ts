import { type JsonObject, objectsAt, type Result, type Task, textAt } from "@capstan/core";
import type { PodContainers } from "./pod-containers.ts";
import type { SupervisorSource } from "./supervised-spec.ts";
import { isFetchedScript, mountHolding, needsInputs } from "./supervisor-plan.ts";

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
  return isFetchedScript(task)
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

/** The volumes that the containers mount: of the template, of the workflow, of its claims, and the one that holds the script. */
export function podVolumes(task: Task, containers: PodContainers): Result<readonly JsonObject[]> {
  const known = new Map<string, JsonObject>();
  for (const claim of claimsOf(task))
    known.set(claim.volume, { name: claim.volume, persistentVolumeClaim: { claimName: claim.name } });
  const { template, podDefaults } = task;
  for (const volume of [...objectsAt(podDefaults, "volumes"), ...objectsAt(template, "volumes")])
    known.set(textAt(volume, "name") ?? "", volume);
  const all = [...(containers.initContainers ?? []), ...containers.containers];
  const mounts = all.flatMap((container) =>
    [...objectsAt(container, "volumeMounts"), ...objectsAt(container, "volumeDevices")].map((mount) => ({
      container: textAt(container, "name") ?? "",
      volume: textAt(mount, "name") ?? "",
    })),
  );
  for (const { container, volume } of mounts)
    if (!known.has(volume) && !isOwnVolume({ name: volume }))
      return {
        ok: false,
        error: `container ${container} mounts volume "${volume}", which neither the template nor the workflow defines`,
      };
  const used = new Set(mounts.map(({ volume }) => volume));
  const volumes = [...known].filter(([name]) => used.has(name)).map(([, volume]) => volume);
  const hasSmallScript = template.script !== undefined && !isFetchedScript(task);
  return { ok: true, value: hasSmallScript ? [...volumes, scriptVolume] : volumes };
}

const scriptVolume = annotationVolume("capstan-script", scriptAnnotation, { path: "script", mode: 0o755 });

/** The volumes of a Pod with a supervisor. */
export function supervisorVolumes(task: Task, supervisor: SupervisorSource): readonly JsonObject[] {
  return [
    "hostPath" in supervisor
      ? { name: "capstan-bin", hostPath: { path: supervisor.hostPath, type: "Directory" } }
      : { name: "capstan-bin", emptyDir: {} },
    annotationVolume("capstan-plan", planAnnotation, { path: "plan" }),
    { name: "capstan-run", emptyDir: {} },
    ...(needsInputs(task) ? [{ name: "capstan-inputs", emptyDir: {} }] : []),
  ];
}

/** Is a mount, or a volume, one of ours and not of the user's? */
export function isOwnVolume({ name }: JsonObject): boolean {
  return String(name).startsWith("capstan-");
}

function annotationVolume(name: string, annotation: string, file: JsonObject): JsonObject {
  const items = [{ ...file, fieldRef: { fieldPath: `metadata.annotations['${annotation}']` } }];
  return { name, downwardAPI: { items } };
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
