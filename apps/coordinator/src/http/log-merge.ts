import type { LogLine } from "@capstan/core";

export interface SourcedLine extends LogLine {
  readonly podName: string;
}

/** One pod's log, not yet opened. */
export interface LogOfPod {
  /** Another attempt of the same pod has another log. */
  readonly taskId: string;
  readonly podName: string;
  readonly open: () => AsyncIterable<LogLine>;
}

/** Several pods' logs in order of time, each in its own order; at most `atOnce` are open, those of later pods follow. */
export async function* mergeByTime(
  pods: readonly LogOfPod[],
  atOnce: number,
  onFailure: (podName: string, error: unknown) => void,
): AsyncGenerator<SourcedLine> {
  for (let from = 0; from < pods.length; from += atOnce) {
    yield* mergeGroup(pods.slice(from, from + atOnce), onFailure);
  }
}

async function* mergeGroup(
  pods: readonly LogOfPod[],
  onFailure: (podName: string, error: unknown) => void,
): AsyncGenerator<SourcedLine> {
  const sources = pods.map(({ podName, open }) => ({ podName, lines: open()[Symbol.asyncIterator]() }));
  const next = async (source: (typeof sources)[number]): Promise<LogLine | undefined> => {
    try {
      const result = await source.lines.next();
      return result.done === true ? undefined : result.value;
    } catch (error) {
      onFailure(source.podName, error);
      return undefined;
    }
  };
  const heads = await Promise.all(sources.map(next));
  try {
    for (;;) {
      const earliest = indexOfEarliest(heads);
      const line = heads[earliest];
      const source = sources[earliest];
      if (line === undefined || source === undefined) return;
      yield { ...line, podName: source.podName };
      heads[earliest] = await next(source);
    }
  } finally {
    await Promise.all(sources.map((source) => source.lines.return?.()));
  }
}

function indexOfEarliest(heads: readonly (LogLine | undefined)[]): number {
  let earliest = -1;
  for (const [index, line] of heads.entries()) {
    const best = earliest < 0 ? undefined : heads[earliest];
    if (line !== undefined && (best === undefined || line.atMs < best.atMs)) earliest = index;
  }
  return earliest;
}
