import { expect, test } from "vitest";
import type { KubeNode } from "../objects.ts";
import { isNodeReady, nodeLoss } from "./node-loss.ts";

const node = (status: "True" | "False" | "Unknown"): KubeNode => ({
  metadata: { name: "n" },
  status: {
    conditions: [
      { type: "MemoryPressure", status: "Unknown" },
      { type: "Ready", status, reason: "NodeStatusUnknown", message: "Kubelet stopped posting node status." },
    ],
  },
});

test.each([
  { what: "answers", given: node("True"), loss: undefined, isReady: true },
  { what: "says that it is not ready", given: node("False"), loss: undefined, isReady: false },
  {
    what: "is heard of no more",
    given: node("Unknown"),
    loss: "node lost: n (NodeStatusUnknown: Kubelet stopped posting node status.)",
    isReady: false,
  },
  { what: "is new and has said nothing", given: { metadata: { name: "n" } }, loss: undefined, isReady: true },
])("a node that $what", ({ given, loss, isReady }) => {
  expect(nodeLoss("n", given)).toBe(loss);
  expect(isNodeReady(given)).toBe(isReady);
});

test("a node that has left", () => expect(nodeLoss("n", undefined)).toBe("node lost: n (it has left the cluster)"));
