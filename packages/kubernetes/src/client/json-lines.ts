import { KubeError } from "./kube-error.ts";

/** One event of a watch is one object; the API server allows about 3 MiB for one. */
const lineBytesMax = 8 * 1024 * 1024;

/** The objects of a stream that holds one JSON text a line. Throws when a line is no JSON or has no end. */
export async function* jsonLines(chunks: AsyncIterable<Buffer>): AsyncIterable<unknown> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      pieces.push(chunk.subarray(from, at));
      yield JSON.parse(Buffer.concat(pieces).toString("utf8")) as unknown;
      pieces = [];
      bytes = 0;
      from = at + 1;
    }
    pieces.push(chunk.subarray(from));
    bytes += chunk.length - from;
    if (bytes > lineBytesMax) throw new KubeError(0, "TooLarge", `a line of more than ${lineBytesMax} bytes`);
  }
}
