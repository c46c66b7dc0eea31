import type { KubeNode } from "../objects.ts";

/**
 * Why nobody answers for a node: it has left the cluster, or its kubelet is heard of no more. Undefined while it is there, also where its kubelet itself
 * says that it is not ready: that one still ends the Pods that it is told to end.
 */
export function nodeLoss(nodeName: string, node: KubeNode | undefined): string | undefined {
  if (node === undefined) return `node lost: ${nodeName} (it has left the cluster)`;
  const ready = node.status?.conditions?.find(({ type }) => type === "Ready");
  if (ready?.status !== "Unknown") return undefined;
  return `node lost: ${nodeName} (${[ready.reason, ready.message].filter(Boolean).join(": ")})`;
}

/** Would its kubelet start a Pod now? One that says nothing of itself yet is taken for ready. */
export function isNodeReady(node: KubeNode): boolean {
  return node.status?.conditions?.every(({ type, status }) => type !== "Ready" || status === "True") ?? true;
}
