import type { Page } from "playwright-core";

export interface PodAnswer {
  readonly state: "present" | "gone";
  readonly pod: object;
  readonly seenAtMs: number;
  readonly events: readonly object[];
  readonly eventsProblem?: string;
}

/** A Pod that cannot get its image, and what its cluster notes of that; `text` is in all that a user may write. */
export function waitingPod(text = "report:1.4"): PodAnswer {
  const nowMs = Date.now();
  const events = [
    { type: "Normal", reason: "Scheduled", message: "Successfully assigned to node-3", count: 1, source: "scheduler" },
    { type: "Warning", reason: "Failed", message: `Failed to pull ${text}`, count: 4, source: "kubelet" },
  ];
  return {
    ...{ state: "present", seenAtMs: nowMs },
    pod: {
      ...{
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "nightly-report-configure-1", annotations: { note: text } },
      },
      spec: { nodeName: "node-3", containers: [{ name: "main", image: text, env: [{ name: "A", value: text }] }] },
      status: {
        phase: "Pending",
        containerStatuses: [{ name: "main", state: { waiting: { reason: "ErrImagePull" } } }],
      },
    },
    events: events.map((event, index) => ({ ...event, firstAtMs: nowMs - 60_000, lastAtMs: nowMs - 30_000 + index })),
  };
}

/** Has the page see such a Pod wherever it asks for one: there is none where tasks are processes. The coordinator is away where there is no answer. */
export async function answerPods(page: Page, answer: () => PodAnswer | undefined): Promise<void> {
  await page.route("**/nodes/*/pod", (route) => {
    const json = answer();
    return json === undefined ? route.abort() : route.fulfill({ json });
  });
}
