import type { JsonObject, Result, Task } from "@capstan/core";
import type { SupervisorSource } from "./build-pod.ts";
import { containersOf, type PlacedContainer } from "./containers.ts";
import { isObject, objectAt, objectsAt, textAt, textsAt } from "./json-fields.ts";
import { containerPaths, inputMounts, scriptMount, sharedMounts } from "./pod-volumes.ts";
import { mainVolumesPath } from "./supervisor-plan.ts";

/** What an image starts when nothing else is said. */
export interface ImageConfig {
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
}

export interface ContainerContext {
  readonly isSupervised: boolean;
  readonly imageConfig: (image: string) => ImageConfig | undefined;
  readonly supervisor: SupervisorSource;
  readonly captureStdout: boolean;
}

export interface PodContainers extends JsonObject {
  readonly containers: readonly JsonObject[];
  readonly initContainers?: readonly JsonObject[];
}

/** Where Argo's executor puts a script; users see the path in error messages of their programs. */
export const scriptPath = "/argo/staging/script";

/** The Pod's containers. Sidecars are native ones: init containers that go on beside the main ones and that the kubelet ends after them. */
export function podContainers(task: Task, context: ContainerContext): Result<PodContainers> {
  const placed = containersOf(task);
  const mains: JsonObject[] = [];
  for (const container of placed.filter(({ kind }) => kind === "main")) {
    const built = mainContainer(task, container, context);
    if (!built.ok) return built;
    mains.push(built.value);
  }
  const initials = placed.filter(({ kind }) => kind === "init").map((one) => plainContainer(task, one));
  const sidecars = placed
    .filter(({ kind }) => kind === "sidecar")
    .map((one) => ({ ...plainContainer(task, one), restartPolicy: "Always" }));
  const installer = context.isSupervised ? supervisorContainers(task, context) : [];
  const before = [...installer, ...initials, ...sidecars];
  return { ok: true, value: { containers: mains, ...(before.length > 0 && { initContainers: before }) } };
}

/** Fields that are Argo's and not Kubernetes'. */
const ownFields: ReadonlySet<string> = new Set(["mirrorVolumeMounts", "dependencies", "source"]);

function plainContainer(task: Task, { name, spec }: PlacedContainer): JsonObject {
  const fields = Object.fromEntries(Object.entries(spec).filter(([field]) => !ownFields.has(field)));
  return { ...fields, name, env: [...argoVariables(task, name), ...objectsAt(spec, "env")] };
}

function mainContainer(task: Task, placed: PlacedContainer, context: ContainerContext): Result<JsonObject> {
  const plain = plainContainer(task, placed);
  const isScript = task.template.script !== undefined;
  const args = [...textsAt(plain, "args"), ...(isScript ? [scriptPath] : [])];
  const mounts = [
    ...objectsAt(plain, "volumeMounts"),
    ...(isScript ? [scriptMount(task)] : []),
    ...(context.isSupervised ? [...sharedMounts, ...inputMounts(task)] : []),
  ];
  const container: JsonObject = {
    ...plain,
    ...(args.length > 0 && { args }),
    ...(mounts.length > 0 && { volumeMounts: mounts }),
  };
  if (!context.isSupervised) return { ok: true, value: container };
  const line = commandLine(placed, args, context);
  if (!line.ok) return line;
  const { args: _args, terminationMessagePath: _path, terminationMessagePolicy: _policy, ...rest } = container;
  const supervise = [`${containerPaths.bin}/busybox`, "sh", `${containerPaths.bin}/supervise.sh`, placed.name];
  return { ok: true, value: { ...rest, command: [...supervise, ...line.value] } };
}

/** The whole command of a container, as the kubelet would put it together. */
function commandLine(
  { name, spec }: PlacedContainer,
  args: readonly string[],
  { imageConfig }: ContainerContext,
): Result<readonly string[]> {
  const command = textsAt(spec, "command");
  if (command.length > 0) return { ok: true, value: [...command, ...args] };
  const image = textAt(spec, "image") ?? "";
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

/** Variables that Argo's executor gives containers. */
function argoVariables(task: Task, container: string): readonly JsonObject[] {
  const field = (name: string, fieldPath: string): JsonObject => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  const template = JSON.stringify(task.template);
  return [
    { name: "ARGO_WORKFLOW_NAME", value: task.workflowName },
    { name: "ARGO_WORKFLOW_UID", value: task.workflowUid },
    field("ARGO_POD_NAME", "metadata.name"),
    field("ARGO_POD_UID", "metadata.uid"),
    { name: "ARGO_NODE_ID", value: task.nodeId },
    { name: "ARGO_CONTAINER_NAME", value: container },
    // The kubelet would put values for $(NAME) in it.
    { name: "ARGO_TEMPLATE", value: template.length <= templateBytesMax ? template.replaceAll("$(", "$$(") : "{}" },
    { name: "ARGO_INCLUDE_SCRIPT_OUTPUT", value: String(task.captureResult) },
    ...(task.deadlineAtMs === undefined
      ? []
      : [{ name: "ARGO_DEADLINE", value: new Date(task.deadlineAtMs).toISOString().replace(/\.\d+Z$/, "Z") }]),
  ];
}

/** The Pod holds the task already; a large template is not written into it once more for each container. */
const templateBytesMax = 8 * 1024;

/** The init container that brings busybox, the supervisor and input artifacts; none where the node has the first two and there are no artifacts. */
function supervisorContainers(task: Task, { supervisor }: ContainerContext): readonly JsonObject[] {
  const inputs = (task.template.inputs?.artifacts ?? []).some(({ path }) => path !== undefined);
  const isOnNode = "hostPath" in supervisor;
  if (isOnNode && !inputs) return [];
  const main = containersOf(task).find(({ kind }) => kind === "main");
  const volumes = objectsAt(main?.spec, "volumeMounts").map((mount) => ({
    ...mount,
    mountPath: `${mainVolumesPath}${textAt(mount, "mountPath") ?? ""}`,
    readOnly: false,
  }));
  const program = isOnNode ? `${containerPaths.bin}/busybox` : "/bin/busybox";
  const script = isOnNode ? `${containerPaths.bin}/install.sh` : "/capstan-supervisor/install.sh";
  return [
    {
      name: "capstan",
      image: isOnNode ? (textAt(main?.spec, "image") ?? "") : supervisor.image,
      imagePullPolicy: "IfNotPresent",
      command: [program, "sh", script, ...(isOnNode ? [] : ["install"])],
      volumeMounts: [
        { name: "capstan-bin", mountPath: containerPaths.bin, readOnly: isOnNode },
        { name: "capstan-plan", mountPath: containerPaths.plan, readOnly: true },
        ...(inputs ? [{ name: "capstan-inputs", mountPath: containerPaths.inputs }, ...volumes] : []),
      ],
      securityContext: installerSecurity(task),
      resources: { requests: { cpu: "10m", memory: "16Mi" } },
    },
  ];
}

/** No more rights than any namespace grants; a Pod that must not be root gets a user where it names none itself. */
function installerSecurity(task: Task): JsonObject {
  const pod = objectAt(task.template as JsonObject, "securityContext") ?? objectAt(task.podDefaults, "securityContext");
  const main = objectAt(containersOf(task).find(({ kind }) => kind === "main")?.spec, "securityContext");
  const mustNotBeRoot = pod?.["runAsNonRoot"] === true || main?.["runAsNonRoot"] === true;
  const user = pod?.["runAsUser"] ?? main?.["runAsUser"] ?? (mustNotBeRoot ? nobody : undefined);
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
