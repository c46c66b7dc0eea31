import type { Task, TaskPhase } from "@capstan/core";
import type { ContainerStatus, ContainerTermination, Pod } from "../objects.ts";
import { spokenMessage } from "./captured-outputs.ts";
import { installerName, mainContainers, outputContainer, sidecarNames } from "./containers.ts";
import { resourcesDuration } from "./resources-duration.ts";

export interface Verdict {
  readonly phase: TaskPhase;
  readonly message?: string;
}

/** How a Pod ended, before its outputs are read. */
export interface EndedPod {
  readonly kind: "ended";
  readonly verdict: Verdict;
  /** Of the container whose outputs are the task's. */
  readonly exitCode?: number;
  /** Termination message of that container. */
  readonly terminationMessage?: string;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly hostNodeName?: string;
  readonly podIP?: string;
  readonly resourcesDuration: { readonly [resource: string]: number };
  /** There is no hope for the task, but the Pod does not know it: it must be told to end. */
  readonly isGivenUp?: true;
}

/** What the present state of a Pod means to its task. */
export type PodObservation =
  /** The message is what keeps it from starting, in the words that kubectl and Argo use. */
  | { readonly kind: "pending"; readonly message?: string }
  | {
      readonly kind: "running";
      readonly startedAtMs: number;
      readonly hostNodeName?: string;
      readonly podIP?: string;
      /** Every container says that it is ready: a daemon counts as started then. */
      readonly isReady: boolean;
    }
  /** The node would not take it and nothing ran: the task may be started elsewhere, or later, as if for the first time. */
  | { readonly kind: "refused"; readonly message: string }
  | EndedPod;

/** Reads a Pod's status as Argo's controller does; `nowMs` stands in for times that the kubelet did not note. */
export function observePod(task: Task, pod: Pod, nowMs: number): PodObservation {
  const { status = {} } = pod;
  const containers = status.containerStatuses ?? [];
  if (status.phase === "Failed" && isRefusal(pod)) {
    return { kind: "refused", message: sentence(status.reason, status.message) };
  }
  const mains = mainContainers(task).map((name) => containers.find((container) => container.name === name));
  const isOver = status.phase === "Succeeded" || status.phase === "Failed";
  if (isOver || haveEnded(pod, mains)) return endedPod(task, pod, nowMs);
  const started = mains.flatMap((main) => main?.state?.running?.startedAt ?? main?.state?.terminated?.startedAt ?? []);
  if (started.length === 0) return withoutSidecar(task, pod, nowMs) ?? pending(pod);
  const startedAtMs = timeOf(started.toSorted()[0]) ?? nowMs;
  const isReady = containers.every((container) => container.ready === true);
  return { kind: "running", startedAtMs, isReady, ...placeOf(pod) };
}

/**
 * Have the main containers ended by themselves? Then what the kubelet still does with the Pod (its sidecars, its end) is not waited for.
 * One that was told to end is: why, only the Pod's last status says (its deadline, an eviction, …).
 */
function haveEnded({ spec, status = {} }: Pod, mains: readonly (ContainerStatus | undefined)[]): boolean {
  const deadlineMs = (timeOf(status.startTime) ?? 0) + Number(spec?.["activeDeadlineSeconds"] ?? Infinity) * 1_000;
  return (
    mains.length > 0 &&
    mains.every((main) => {
      const ended = main?.state?.terminated;
      return ended !== undefined && !toldToEnd.has(ended.exitCode) && (timeOf(ended.finishedAt) ?? 0) < deadlineMs;
    })
  );
}

/** Reasons of the kubelet's for which nothing of a Pod has run, besides all that begin with "OutOf". */
const refusalReasons: ReadonlySet<string> = new Set([
  "Evicted",
  "InvalidNodeInfo",
  "NodeAffinity",
  "NodeShutdown",
  "Preempting",
  "Terminated",
  "TopologyAffinityError",
  "UnexpectedAdmissionError",
]);

function isRefusal({ status = {} }: Pod): boolean {
  const { reason = "" } = status;
  if (!reason.startsWith("OutOf") && !refusalReasons.has(reason)) return false;
  const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  // A container that the kubelet could not find again counts as one that ran: a task that may have run is not started twice.
  return !statuses.some(({ state }) => state?.running !== undefined || state?.terminated !== undefined);
}

/** Ends of a sidecar after which it is not waited for any more; the kubelet waits longer each time. */
const sidecarEndsMax = 3;

/** The kubelet starts the main containers while the sidecars run: one that ends at once each time keeps them from it for ever. */
function withoutSidecar(task: Task, pod: Pod, nowMs: number): EndedPod | undefined {
  const sidecars = new Set(sidecarNames(task));
  const failing = pod.status?.initContainerStatuses?.find(
    ({ name, restartCount = 0, state }) =>
      sidecars.has(name) && restartCount + 1 >= sidecarEndsMax && state?.running === undefined,
  );
  const last = failing?.state?.terminated ?? failing?.lastState?.terminated;
  if (failing === undefined || last === undefined) return undefined;
  const why =
    last.exitCode === 0
      ? `${failing.name}: it ended before the main container could start: a sidecar must go on until it is told to end`
      : failureText(pod, failing.name, last);
  return { ...endedPod(task, pod, nowMs), verdict: { phase: "Failed", message: why }, isGivenUp: true };
}

/** States in which a container merely takes its time. */
const ordinaryWaits: ReadonlySet<string> = new Set(["ContainerCreating", "PodInitializing"]);

function pending({ status = {} }: Pod): PodObservation {
  for (const { state } of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
    const { reason, message } = state?.waiting ?? {};
    if (reason !== undefined && !ordinaryWaits.has(reason))
      return { kind: "pending", message: sentence(reason, message) };
  }
  const scheduled = status.conditions?.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status === "False" && scheduled.reason !== undefined)
    return { kind: "pending", message: sentence(scheduled.reason, scheduled.message) };
  return { kind: "pending" };
}

function endedPod(task: Task, pod: Pod, nowMs: number): EndedPod {
  const { status = {} } = pod;
  const containers = status.containerStatuses ?? [];
  const mains = mainContainers(task);
  const output = containers.find(({ name }) => name === outputContainer(mains))?.state?.terminated;
  const terminations = containers.flatMap(({ state }) => state?.terminated ?? []);
  const starts = terminations.flatMap(({ startedAt }) => timeOf(startedAt) ?? []);
  const ends = terminations.flatMap(({ finishedAt }) => timeOf(finishedAt) ?? []);
  const finishedAtMs = ends.length > 0 ? Math.max(...ends) : nowMs;
  const startedAtMs = starts.length > 0 ? Math.min(...starts) : (timeOf(status.startTime) ?? finishedAtMs);
  // When a Pod outlives its deadline, what became of its containers says nothing about the command.
  const isOverdue = status.reason === "DeadlineExceeded";
  return {
    kind: "ended",
    verdict: verdictOf(task, pod),
    startedAtMs,
    finishedAtMs,
    ...placeOf(pod),
    resourcesDuration: resourcesDuration(pod),
    ...(output !== undefined && !isOverdue && output.startedAt !== undefined && { exitCode: output.exitCode }),
    ...(output?.message !== undefined && { terminationMessage: output.message }),
  };
}

/** Codes of containers that were told to end: SIGKILL, SIGTERM. A sidecar always is. */
const toldToEnd: ReadonlySet<number> = new Set([137, 143]);

function verdictOf(task: Task, pod: Pod): Verdict {
  const { status = {} } = pod;
  const lost = lostNode(pod);
  if (lost !== undefined) return { phase: "Error", message: lost };
  if (status.phase === "Failed" && status.message !== undefined && status.message !== "")
    return { phase: "Failed", message: status.message };
  const mains = mainContainers(task);
  const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const sidecars = new Set(sidecarNames(task));
  const initial = statuses.filter(({ name }) => !mains.includes(name) && !sidecars.has(name));
  for (const container of [...initial, ...statuses.filter(({ name }) => mains.includes(name))]) {
    const terminated = container.state?.terminated;
    if (terminated === undefined || terminated.exitCode === 0) continue;
    if (container.name === installerName)
      return { phase: "Error", message: terminated.message?.trim() || failureText(pod, container.name, terminated) };
    return { phase: "Failed", message: failureText(pod, container.name, terminated) };
  }
  for (const container of statuses.filter(({ name }) => sidecars.has(name))) {
    const terminated = failedBefore(container, statuses, mains);
    if (terminated !== undefined) return { phase: "Failed", message: failureText(pod, container.name, terminated) };
  }
  if (status.phase === "Failed") return { phase: "Failed", message: sentence(status.reason, undefined) };
  return { phase: "Succeeded" };
}

/** Why nobody knows what became of the Pod: the cluster's controllers gave up its node. */
function lostNode({ spec, status = {} }: Pod): string | undefined {
  const disruption = status.conditions?.find(({ type, status: is }) => type === "DisruptionTarget" && is === "True");
  const reason = status.reason === "NodeLost" ? status.reason : disruption?.reason;
  if (status.phase !== "Failed" || reason === undefined || !lossReasons.has(reason)) return undefined;
  return `node lost: ${spec?.nodeName ?? "its node"} (${sentence(reason, status.message || disruption?.message)})`;
}

const lossReasons: ReadonlySet<string> = new Set(["NodeLost", "DeletionByPodGC", "DeletionByTaintManager"]);

/** How a sidecar failed while the main containers still ran; it is restarted then, so its last end counts too. */
function failedBefore(
  sidecar: ContainerStatus,
  statuses: readonly ContainerStatus[],
  mains: readonly string[],
): ContainerTermination | undefined {
  const ends = statuses
    .filter(({ name }) => mains.includes(name))
    .flatMap(({ state }) => timeOf(state?.terminated?.finishedAt) ?? []);
  const endedAtMs = ends.length > 0 ? Math.max(...ends) : Number.POSITIVE_INFINITY;
  return [sidecar.lastState?.terminated, sidecar.state?.terminated].find(
    (terminated) =>
      terminated !== undefined &&
      terminated.exitCode !== 0 &&
      !toldToEnd.has(terminated.exitCode) &&
      (timeOf(terminated.finishedAt) ?? 0) < endedAtMs,
  );
}

/** Argo's wording: "main: Error (exit code 1): message". */
function failureText(pod: Pod, name: string, terminated: ContainerTermination): string {
  const { reason = "Error", exitCode, message } = terminated;
  const said = spokenMessage(pod, message);
  return `${name}: ${reason} (exit code ${exitCode})${said ? `: ${said}` : ""}`;
}

function placeOf({ spec, status }: Pod): { readonly hostNodeName?: string; readonly podIP?: string } {
  return {
    ...(spec?.nodeName !== undefined && { hostNodeName: spec.nodeName }),
    ...(status?.podIP !== undefined && { podIP: status.podIP }),
  };
}

function sentence(reason: string | undefined, message: string | undefined): string {
  return [reason, message].filter((part) => part !== undefined && part !== "").join(": ");
}

function timeOf(text: string | undefined): number | undefined {
  const ms = Date.parse(text ?? "");
  // A container that could not be started "started" in 1970.
  return Number.isNaN(ms) || ms <= 0 ? undefined : ms;
}
