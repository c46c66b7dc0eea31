import { existsSync } from "node:fs";
import { type KubeClient, type Pod, podPath } from "@capstan/kubernetes";
import { localLimits } from "../local/local-limits.ts";
import { readStdoutTail } from "./cri-log.ts";

export interface StdoutReaderOptions {
  readonly client: KubeClient;
  /** The node's folder of Pods' logs (/var/log/pods), where the agent can read it. */
  readonly podLogsFolder?: string;
}

/** Reads what a container wrote to stdout, for `outputs.result`. */
export class StdoutReader {
  readonly #options: StdoutReaderOptions;
  /** Pods of this node can be read without stderr in between. */
  readonly isOnNode: boolean;

  constructor(options: StdoutReaderOptions) {
    this.#options = options;
    this.isOnNode = options.podLogsFolder !== undefined && existsSync(options.podLogsFolder);
  }

  /** The last bytes of a container's stdout; with stderr in between where only the API server has them. */
  async read(pod: Pod, container: string): Promise<string> {
    const { podLogsFolder, client } = this.#options;
    const bytesMax = localLimits.resultBytesMax;
    if (podLogsFolder !== undefined) {
      const tail = await readStdoutTail(podLogsFolder, pod, container, bytesMax);
      if (tail !== undefined) return tail;
    }
    const stream = await client.stream(
      `${podPath(pod.metadata.namespace, pod.metadata.name)}/log`,
      { container },
      AbortSignal.timeout(60_000),
    );
    let tail = Buffer.alloc(0);
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      tail = Buffer.concat([tail, chunk]);
      if (tail.length > 2 * bytesMax) tail = tail.subarray(tail.length - bytesMax);
    }
    return tail.subarray(Math.max(0, tail.length - bytesMax)).toString("utf8");
  }
}
