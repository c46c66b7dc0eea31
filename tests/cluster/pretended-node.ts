import { kubectl } from "./cluster.ts";

/** Keeps what is not meant for it away from such a node. */
export const pretendedTaint = { key: "capstan-test/pretended", effect: "NoSchedule" };

function kubeTime(): string {
  return new Date().toISOString().replace(/\.\d+/, "");
}

/**
 * A node whose kubelet says once that it is ready, and nothing ever after: the cluster's controllers take it for gone when their patience ends,
 * after 50 s by default.
 */
export function addPretendedNode(name: string, labels: Readonly<Record<string, string>>): void {
  const metadata = { name, labels: { ...labels, "kubernetes.io/hostname": name } };
  kubectl(["create", "-f", "-"], { apiVersion: "v1", kind: "Node", metadata, spec: { taints: [pretendedTaint] } });
  const [now, room] = [kubeTime(), { cpu: "8", memory: "16Gi", pods: "20" }];
  const ready = { type: "Ready", status: "True", reason: "KubeletReady", lastHeartbeatTime: now };
  patchStatus(["node", name], {
    ...{ allocatable: room, capacity: room },
    conditions: [{ ...ready, lastTransitionTime: now }],
    addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
  });
}

/** Says what the node's kubelet would say once a Pod's one container runs. */
export function pretendToRun(namespace: string, pod: string): void {
  const startedAt = kubeTime();
  const main = { name: "main", image: "busybox", imageID: "", ready: true, started: true, restartCount: 0 };
  patchStatus(["pod", pod, "-n", namespace], {
    ...{ phase: "Running", startTime: startedAt },
    containerStatuses: [{ ...main, state: { running: { startedAt } } }],
  });
}

function patchStatus(object: readonly string[], status: object): void {
  kubectl(["patch", ...object, "--subresource=status", "--type=merge", "-p", JSON.stringify({ status })]);
}
