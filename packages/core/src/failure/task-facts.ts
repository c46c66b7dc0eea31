/** What two runs of one template may differ in; kept of failed ones and of the last good one. */
export interface TaskFacts {
  readonly taskId: string;
  readonly workflowUid: string;
  readonly namespace: string;
  readonly workflowName: string;
  readonly nodeId: string;
  readonly nodeName: string;
  /** Where the template is from and its name, the same for every workflow that is made from one manifest. */
  readonly template: string;
  readonly image?: string;
  /** The host that it ran on. */
  readonly hostNodeName?: string;
  readonly parameters: { readonly [name: string]: string };
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
}

export interface TaskFailure extends TaskFacts {
  readonly phase: "Failed" | "Error";
  readonly fingerprint: string;
  /** What failed, the same for all failures of the fingerprint. */
  readonly title: string;
  readonly exitCode?: string;
  readonly message?: string;
  readonly logTail?: string;
}

/** A difference between a failed run and a good one of the same template. */
export interface FactDifference {
  readonly field: "image" | "node" | "duration" | "parameter";
  /** Of a parameter. */
  readonly name?: string;
  readonly good: string | undefined;
  readonly failed: string | undefined;
  readonly isDifferent: boolean;
}

/** Two durations count as different from here on: a quicker or slower run is often the same run on a busier machine. */
const durationRatioMax = 2;

/** Sets a failed run beside a good one: image, node, duration, and each parameter that either has. */
export function compareFacts(good: TaskFacts, failed: TaskFacts): readonly FactDifference[] {
  const names = [...new Set([...Object.keys(good.parameters), ...Object.keys(failed.parameters)])].sort();
  const [goodMs, failedMs] = [good, failed].map(({ startedAtMs, finishedAtMs }) => finishedAtMs - startedAtMs);
  const ratio = Math.max(goodMs ?? 0, failedMs ?? 0, 1) / Math.max(Math.min(goodMs ?? 0, failedMs ?? 0), 1);
  return [
    difference("image", good.image, failed.image),
    difference("node", good.hostNodeName, failed.hostNodeName),
    {
      ...difference("duration", String(goodMs ?? 0), String(failedMs ?? 0)),
      isDifferent: ratio > durationRatioMax,
    },
    ...names.map((name) => ({ ...difference("parameter", good.parameters[name], failed.parameters[name]), name })),
  ];
}

function difference(
  field: FactDifference["field"],
  good: string | undefined,
  failed: string | undefined,
): FactDifference {
  return { field, good, failed, isDifferent: good !== failed };
}
