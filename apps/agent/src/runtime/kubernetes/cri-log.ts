import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Pod } from "@capstan/kubernetes";

/** How much is read at a time, from the end of a file towards its beginning. */
const blockBytes = 256 * 1024;
/** Lines of the other stream and the stamps before each line cost this much more than the text wanted. */
const readBytesMax = 16 * 1024 * 1024;

/**
 * The last bytes that a container wrote to stdout, from the log files that the container runtime keeps on the node
 * (`<folder>/<namespace>_<pod>_<uid>/<container>/<restart>.log`, lines of "<time> stdout|stderr F|P <text>"). The API server's
 * log cannot tell the two streams apart. Undefined when the files are not there.
 */
export async function readStdoutTail(
  folder: string,
  pod: Pod,
  container: string,
  bytesMax: number,
): Promise<string | undefined> {
  const { namespace = "", name = "", uid = "" } = pod.metadata;
  const place = join(folder, `${namespace}_${name}_${uid}`, container);
  const files = (await readdir(place).catch(() => [])).filter((file) => /^\d+\.log$/.test(file));
  const newest = files.sort((left, right) => Number.parseInt(right, 10) - Number.parseInt(left, 10))[0];
  if (newest === undefined) return undefined;
  return stdoutOf(await readEnd(join(place, newest), bytesMax), bytesMax);
}

/** The end of a file, long enough to hold `bytesMax` of stdout unless the limit of reading comes first. */
async function readEnd(path: string, bytesMax: number): Promise<Buffer> {
  const { size } = await stat(path);
  const file = await open(path);
  try {
    let from = size;
    let end = Buffer.alloc(0);
    while (from > 0 && end.length < readBytesMax) {
      const start = Math.max(0, from - blockBytes);
      const block = Buffer.alloc(from - start);
      await file.read(block, 0, block.length, start);
      end = Buffer.concat([block, end]);
      from = start;
      if (end.length > bytesMax && Buffer.byteLength(stdoutOf(end, Number.MAX_SAFE_INTEGER)) > bytesMax) break;
    }
    // What stands before the first line's end is half a line, unless the file begins there.
    return from === 0 ? end : end.subarray(end.indexOf(10) + 1);
  } finally {
    await file.close();
  }
}

/** The text of the stdout lines; a line that the runtime cut ("P") goes on in the next. */
export function stdoutOf(log: Buffer, bytesMax: number): string {
  const pieces: Buffer[] = [];
  for (let from = 0; from < log.length; ) {
    const newline = log.indexOf(10, from);
    const to = newline < 0 ? log.length : newline;
    const stream = log.indexOf(32, from) + 1;
    const tag = log.indexOf(32, stream) + 1;
    const text = log.indexOf(32, tag) + 1;
    const isLine = stream > from && tag > stream && text > tag && text <= to + 1;
    if (isLine && log.subarray(stream, tag - 1).toString("latin1") === "stdout") {
      pieces.push(log.subarray(text, to));
      if (log[tag] === 0x46) pieces.push(Buffer.from("\n"));
    }
    from = to + 1;
  }
  const stdout = Buffer.concat(pieces);
  return stdout.subarray(Math.max(0, stdout.length - bytesMax)).toString("utf8");
}
