import { createInterface } from "node:readline";
import type { LogLine, LogOptions } from "@capstan/core";
import { installerName, type KubeClient, KubeError, type Pod, podPath } from "@capstan/kubernetes";
import { LastLines } from "../last-lines.ts";
import { searchOf, type TextTest } from "../line-search.ts";

const waitMs = 100;
/** Of the last lines that a search finds, this much is in memory at most. */
const tailBytesMax = 16 * 1024 ** 2;

/**
 * A Pod's log as the API server gives it, container after container; followed containers all at once, in order of arrival. The streams
 * of a container come as one: the API does not tell them apart.
 */
export async function* podLogs(
  client: KubeClient,
  find: () => Pod | undefined,
  options: LogOptions,
  signal: AbortSignal,
): AsyncIterable<LogLine> {
  const pod = find();
  if (pod === undefined) return;
  const containers = containersOf(pod).filter((name) => options.container === undefined || name === options.container);
  const search = searchOf(options);
  const logOf = (container: string) =>
    search === undefined
      ? containerLog(client, pod, container, find, options, signal)
      : sought(containerLog(client, pod, container, find, withoutTail(options), signal), search, options);
  if (!options.follow) {
    for (const container of containers) yield* logOf(container);
    return;
  }
  yield* merged(containers.map(logOf));
}

/** The API server counts lines before anybody has searched them. */
function withoutTail({ tailLines: _tailLines, ...options }: LogOptions): LogOptions {
  return options;
}

/** Lines that hold what is searched for; the last of them, unless they are followed: nobody knows then which is the last that is there. */
async function* sought(
  lines: AsyncIterable<LogLine>,
  isSought: TextTest,
  { follow, tailLines }: LogOptions,
): AsyncIterable<LogLine> {
  const last = follow || tailLines === undefined ? undefined : new LastLines(tailLines, tailBytesMax);
  for await (const line of lines) {
    if (!isSought(line.text)) continue;
    if (last === undefined) yield line;
    else last.add(line);
  }
  yield* last?.lines ?? [];
}

function containersOf(pod: Pod): readonly string[] {
  const names = (field: "initContainers" | "containers"): string[] => {
    const list = pod.spec?.[field];
    return (Array.isArray(list) ? list : []).flatMap((one) =>
      typeof one === "object" && one !== null && !Array.isArray(one) && typeof one["name"] === "string"
        ? [one["name"]]
        : [],
    );
  };
  return [...names("containers"), ...names("initContainers")].filter((name) => name !== installerName);
}

async function* containerLog(
  client: KubeClient,
  pod: Pod,
  container: string,
  find: () => Pod | undefined,
  options: LogOptions,
  signal: AbortSignal,
): AsyncIterable<LogLine> {
  const { namespace, name } = pod.metadata;
  const query = {
    container,
    timestamps: true,
    follow: options.follow,
    tailLines: options.tailLines,
    sinceTime: options.sinceMs === undefined ? undefined : new Date(options.sinceMs).toISOString(),
  };
  for (;;) {
    // One who follows waits for the container to start, by what the watch brings; one who looks sees nothing yet.
    while (options.follow && isWaiting(find(), container) && !signal.aborted)
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    try {
      const stream = await client.stream(`${podPath(namespace, name)}/log`, query, signal);
      for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }))
        yield logLine(container, line);
      return;
    } catch (error) {
      if (signal.aborted) return;
      // 400: the container has not started, or its image cannot be pulled. 404: the Pod is gone.
      if (!(error instanceof KubeError) || (error.status !== 400 && error.status !== 404)) throw error;
      if (!options.follow || error.status === 404 || !isWaiting(find(), container)) return;
    }
  }
}

function isWaiting(pod: Pod | undefined, container: string): boolean {
  if (pod === undefined || pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed") return false;
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const state = statuses.find(({ name }) => name === container)?.state;
  return state?.running === undefined && state?.terminated === undefined;
}

/** "2026-01-02T03:04:05.678901234Z text" */
function logLine(container: string, line: string): LogLine {
  const space = line.indexOf(" ");
  const atMs = Date.parse(line.slice(0, space));
  const isStamped = space > 0 && !Number.isNaN(atMs);
  return { container, stream: "stdout", atMs: isStamped ? atMs : 0, text: isStamped ? line.slice(space + 1) : line };
}

/** The values of several sources as they come. */
async function* merged<T>(sources: readonly AsyncIterable<T>[]): AsyncIterable<T> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  const next = (index: number) => {
    const iterator = iterators[index] as AsyncIterator<T>;
    return iterator.next().then((result) => ({ index, result }));
  };
  const pending = new Map(iterators.map((_, index) => [index, next(index)]));
  try {
    while (pending.size > 0) {
      const { index, result } = await Promise.race(pending.values());
      if (result.done) pending.delete(index);
      else {
        pending.set(index, next(index));
        yield result.value;
      }
    }
  } finally {
    for (const iterator of iterators) iterator.return?.()?.catch(() => undefined);
  }
}
