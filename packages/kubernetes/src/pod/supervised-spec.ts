import { isObject, type JsonObject, objectAt, objectsAt, type Result, type Task, textAt, textsAt } from "@capstan/core";
import { installerName, mainContainers, sidecarNames } from "./containers.ts";
import { containerPaths, inputMounts, isOwnVolume, sharedMounts, supervisorVolumes } from "./pod-volumes.ts";
import { mainVolumesPath, mountHolding, needsInputs } from "./supervisor-plan.ts";

/** What an image starts when nothing else is said. */
export interface ImageConfig {
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
}

/** An image whose init container copies it, or a folder of the node where it is already. */
export type SupervisorSource = { readonly image: string } | { readonly hostPath: string };

export interface SupervisionContext {
  /** What images start with, for those whose container names no command. */
  readonly imageConfig: (image: string) => ImageConfig | undefined;
  /** How busybox and the supervisor's script get into a Pod. */
  readonly supervisor: SupervisorSource;
}

/**
 * A Pod's spec with the supervisor around the commands of its sidecars, and of its main containers where `ofMains`, and what brings the
 * supervisor and the task's inputs.
 */
export function supervisedSpec(
  task: Task,
  spec: JsonObject,
  context: SupervisionContext,
  ofMains: boolean,
): Result<JsonObject> {
  const mains = new Set(ofMains ? mainContainers(task) : []);
  const containers: JsonObject[] = [];
  for (const container of objectsAt(spec, "containers")) {
    if (!mains.has(textAt(container, "name") ?? "")) {
      containers.push(container);
      continue;
    }
    const wrapped = supervised(container, inputMounts(task), context);
    if (!wrapped.ok) return wrapped;
    containers.push(wrapped.value);
  }
  const besides = objectsAt(spec, "initContainers").map((container) => supervisedSidecar(task, container, context));
  const before = [...installers(task, spec, context), ...besides];
  const volumes = [...objectsAt(spec, "volumes"), ...supervisorVolumes(task, context.supervisor)];
  return {
    ok: true,
    value: { ...spec, containers, ...(before.length > 0 && { initContainers: before }), volumes },
  };
}

/** Images of the named containers that name no command: what they start must be known before they can be supervised. */
export function imagesWithoutCommand(containers: readonly JsonObject[], names: readonly string[]): readonly string[] {
  const images = containers.flatMap((container) =>
    !names.includes(textAt(container, "name") ?? "") || textsAt(container, "command").length > 0
      ? []
      : [textAt(container, "image") ?? ""],
  );
  return [...new Set(images)];
}

/**
 * A sidecar may end before its task does, which the kubelet takes for a reason to start it again: under the supervisor it stays. One whose
 * command nobody knows goes without, since most are servers that do not end by themselves.
 */
function supervisedSidecar(task: Task, container: JsonObject, context: SupervisionContext): JsonObject {
  if (!sidecarNames(task).includes(textAt(container, "name") ?? "")) return container;
  const wrapped = supervised(container, [], context);
  return wrapped.ok ? wrapped.value : container;
}

function supervised(
  container: JsonObject,
  inputs: readonly JsonObject[],
  context: SupervisionContext,
): Result<JsonObject> {
  const line = commandLine(container, context);
  if (!line.ok) return line;
  const { args: _args, terminationMessagePath: _path, terminationMessagePolicy: _policy, ...rest } = container;
  const supervise = [`${containerPaths.bin}/busybox`, "sh", `${containerPaths.bin}/supervise.sh`];
  return {
    ok: true,
    value: {
      ...rest,
      command: [...supervise, textAt(container, "name") ?? "main", ...line.value],
      volumeMounts: [...objectsAt(container, "volumeMounts"), ...sharedMounts, ...inputs],
    },
  };
}

/** The whole command of a container, as the kubelet would put it together. */
function commandLine(container: JsonObject, { imageConfig }: SupervisionContext): Result<readonly string[]> {
  const [command, args] = [textsAt(container, "command"), textsAt(container, "args")];
  if (command.length > 0) return { ok: true, value: [...command, ...args] };
  const name = textAt(container, "name") ?? "main";
  const image = textAt(container, "image") ?? "";
  const config = imageConfig(image);
  if (config === undefined)
    return {
      ok: false,
      error: `container ${name}: what image "${image}" starts is not known: give the container a command`,
    };
  const line = [...config.entrypoint, ...(args.length > 0 ? args : config.cmd)];
  if (line.length > 0) return { ok: true, value: line };
  return {
    ok: false,
    error: `container ${name}: image "${image}" names nothing to start: give the container a command`,
  };
}

/** The init container that brings busybox, the supervisor and inputs; none where the node has the first two and there are no inputs. */
function installers(task: Task, spec: JsonObject, { supervisor }: SupervisionContext): readonly JsonObject[] {
  const hasInputs = needsInputs(task);
  const isOnNode = "hostPath" in supervisor;
  if (isOnNode && !hasInputs) return [];
  const main = objectsAt(spec, "containers").find(({ name }) => mainContainers(task).includes(String(name)));
  const program = isOnNode ? `${containerPaths.bin}/busybox` : "/bin/busybox";
  const script = isOnNode ? `${containerPaths.bin}/install.sh` : "/capstan-supervisor/install.sh";
  return [
    {
      name: installerName,
      image: isOnNode ? (textAt(main, "image") ?? "") : supervisor.image,
      imagePullPolicy: "IfNotPresent",
      command: [program, "sh", script, ...(isOnNode ? [] : ["install"])],
      volumeMounts: [
        { name: "capstan-bin", mountPath: containerPaths.bin, readOnly: isOnNode },
        { name: "capstan-plan", mountPath: containerPaths.plan, readOnly: true },
        ...(hasInputs ? [{ name: "capstan-inputs", mountPath: containerPaths.inputs }] : []),
        ...volumesForInputs(task),
      ],
      securityContext: installerSecurity(spec, main),
      resources: { requests: { cpu: "10m", memory: "16Mi" } },
    },
  ];
}

/** The volumes into which input artifacts are put, as the main container has them. */
function volumesForInputs(task: Task): readonly JsonObject[] {
  const holding = (task.template.inputs?.artifacts ?? []).map(({ path }) =>
    path === undefined ? undefined : mountHolding(task, path),
  );
  return [...new Set(holding)]
    .filter((mount) => mount !== undefined)
    .filter((mount) => !isOwnVolume(mount))
    .map((mount) => ({
      ...mount,
      mountPath: `${mainVolumesPath}${textAt(mount, "mountPath") ?? ""}`,
      readOnly: false,
    }));
}

/** No more rights than any namespace grants; a Pod that must not be root gets a user where it names none itself. */
function installerSecurity(spec: JsonObject, main: JsonObject | undefined): JsonObject {
  const [pod, own] = [objectAt(spec, "securityContext"), objectAt(main, "securityContext")];
  const mustNotBeRoot = pod?.["runAsNonRoot"] === true || own?.["runAsNonRoot"] === true;
  const user = pod?.["runAsUser"] ?? own?.["runAsUser"] ?? (mustNotBeRoot ? nobody : undefined);
  return {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
    ...(isObject(pod?.["seccompProfile"]) ? {} : { seccompProfile: { type: "RuntimeDefault" } }),
    ...(mustNotBeRoot && { runAsNonRoot: true }),
    ...(user !== undefined && { runAsUser: user }),
  };
}

const nobody = 65_534;
