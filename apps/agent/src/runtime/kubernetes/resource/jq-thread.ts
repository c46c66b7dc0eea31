import { parentPort, workerData } from "node:worker_threads";
import { raw } from "jq-wasm";

/** The part of it that is used here; the DOM's types are not for servers. */
declare const WebAssembly: {
  readonly Memory: { readonly prototype: { readonly buffer: ArrayBuffer; grow(delta: number): number } };
};

/** What a filter may use: `[range(infinite)]` is as easily written as any other. */
const memoryBytesMax = 64 * 1024 * 1024;
const pageBytes = 64 * 1024;

let isExhausted = false;
const grow = WebAssembly.Memory.prototype.grow;
WebAssembly.Memory.prototype.grow = function limited(delta: number): number {
  isExhausted ||= this.buffer.byteLength + delta * pageBytes > memoryBytesMax;
  if (isExhausted) throw new RangeError("no more memory");
  return grow.call(this, delta);
};

const { document, filter } = workerData as { readonly document: object; readonly filter: string };
try {
  // Strings as they are, everything else on one line, fields in order: gojq prints so.
  parentPort?.postMessage(await raw(document, filter, ["-r", "-c", "-S"]));
} catch (error) {
  const stderr = isExhausted ? `it uses more than ${memoryBytesMax / 1024 ** 2} MiB of memory` : String(error);
  parentPort?.postMessage({ stdout: "", stderr, exitCode: 5 });
}
