import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Result, Task } from "@capstan/core";
import { transferLimits, transferPrefix } from "@capstan/kubernetes";
import { type BlobServer, blobPrefix } from "../../artifacts/blob-server.ts";
import type { TaskArtifacts } from "../../artifacts/task-artifacts.ts";
import type { Logger } from "../../logger.ts";
import { localLimits } from "../local/local-limits.ts";
import { TooLarge, type TransferStore } from "./transfer-store.ts";
import type { TransferTokens } from "./transfer-token.ts";

export interface TransferServerOptions {
  readonly host: string;
  readonly port: number;
  readonly tokens: TransferTokens;
  readonly store: TransferStore;
  readonly artifacts: TaskArtifacts;
  /** Answers other agents. */
  readonly blobs: BlobServer;
  /** Tasks that this agent has now. */
  readonly taskOf: (taskId: string) => Task | undefined;
  /** A task has said how far it is. */
  readonly onProgress: (taskId: string, progress: string) => void;
  readonly logger: Logger;
}

/** "N/M" and its line break. */
const progressBytesMax = 64;

/** The agent's end of `transfer-protocol.ts`: hands Pods their input artifacts and takes their outputs. */
export class TransferServer {
  readonly #options: TransferServerOptions;
  readonly #server: Server;

  constructor(options: TransferServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.requestTimeout = 0;
    this.#server.headersTimeout = 20_000;
  }

  /** Resolves with the port when it listens. */
  async start(): Promise<number> {
    const { port, host } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (request.url?.startsWith(blobPrefix)) return await this.#options.blobs.answer(request, response);
      const status = await this.#serve(request, response);
      if (status !== undefined) end(response, status.code, status.text);
    } catch (error) {
      if (error instanceof TooLarge) return end(response, 413, error.message);
      this.#options.logger.warn({ url: request.url, error: String(error) }, "a Pod's transfer failed");
      end(response, 500, "the agent could not carry this out");
    }
  }

  /** The answer, or undefined when it has been given. */
  async #serve(request: IncomingMessage, response: ServerResponse): Promise<Answer | undefined> {
    const url = new URL(request.url ?? "/", "http://agent");
    if (url.pathname === "/healthz") return { code: 200, text: "ok" };
    const [taskId = "", kind = "", name = "", ...rest] = url.pathname.slice(transferPrefix.length).split("/");
    if (!url.pathname.startsWith(transferPrefix) || rest.length > 0) return { code: 404, text: "no such place" };
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    if (!this.#options.tokens.isTokenOf(taskId, token)) return { code: 401, text: "not with this token" };
    const task = this.#options.taskOf(taskId);
    // An agent that has just started knows its Pods a moment later.
    if (task === undefined) return { code: 503, text: "this agent does not have the task now" };
    if (request.method === "GET" && kind === "inputs") return this.#giveInput(task, name, response);
    if (request.method === "POST" && kind === "progress") return this.#takeProgress(task, request);
    if (request.method === "POST") return this.#takeOutput(task, kind, name, url.searchParams.get("kind"), request);
    return { code: 405, text: "not so" };
  }

  async #takeProgress(task: Task, body: IncomingMessage): Promise<Answer> {
    let text = "";
    for await (const chunk of body) {
      text += String(chunk);
      if (text.length > progressBytesMax) throw new TooLarge(progressBytesMax);
    }
    // What is no progress is nobody's concern: a program may be in the middle of writing it.
    if (/^\d+\/\d+$/.test(text.trim())) this.#options.onProgress(task.id, text.trim());
    return { code: 204, text: "" };
  }

  async #takeOutput(
    task: Task,
    kind: string,
    name: string,
    packing: string | null,
    body: IncomingMessage,
  ): Promise<Answer> {
    const { parameters = [], artifacts = [] } = task.template.outputs ?? {};
    const index = /^\d{1,4}$/.test(name) ? Number(name) : -1;
    const place =
      kind === "result"
        ? { file: "result", bytesMax: transferLimits.textBytesMax }
        : kind === "parameters" && parameters[index] !== undefined
          ? { file: `p${index}`, bytesMax: transferLimits.textBytesMax }
          : kind === "artifacts" && artifacts[index] !== undefined && /^(tgz|file|folder)$/.test(packing ?? "")
            ? { file: `a${index}.${packing}`, bytesMax: localLimits.artifactBytesMax }
            : undefined;
    if (place === undefined) return { code: 404, text: "the task has no such output" };
    await this.#options.store.take(task.id, place.file, body, place.bytesMax);
    return { code: 204, text: "" };
  }

  async #giveInput(task: Task, name: string, response: ServerResponse): Promise<Answer | undefined> {
    const folder = this.#options.store.pathOf(task.id, `input-${encodeURIComponent(name)}`);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const placed = name === "script" ? await placeScript(task, folder) : await this.#placeArtifact(task, name, folder);
    if (placed.ok && placed.value !== "missing")
      await sendArchive(folder, placed.value === "content" ? ["content"] : [], response);
    await rm(folder, { recursive: true, force: true });
    if (!placed.ok) return { code: 422, text: placed.error };
    return placed.value === "missing" ? { code: 404, text: "there is no such artifact" } : undefined;
  }

  async #placeArtifact(task: Task, name: string, folder: string): Promise<Result<"content" | "absent" | "missing">> {
    const artifact = /^\d{1,4}$/.test(name) ? task.template.inputs?.artifacts?.[Number(name)] : undefined;
    if (artifact === undefined) return { ok: false, error: "the task has no such input" };
    const fetched = await this.#options.artifacts.fetch(task, artifact, join(folder, "content"));
    if (!fetched.ok) return fetched;
    if (fetched.value === "fetched") return { ok: true, value: "content" };
    return { ok: true, value: artifact.optional === true ? "absent" : "missing" };
  }
}

interface Answer {
  readonly code: number;
  readonly text: string;
}

/** Answers with a tar of the folder's entries. The last chunk is left out where it is not whole, so that the Pod asks again. */
async function sendArchive(folder: string, entries: readonly string[], response: ServerResponse): Promise<void> {
  const words = [
    "-cf",
    "-",
    "--numeric-owner",
    "-C",
    folder,
    ...(entries.length === 0 ? ["-T", "/dev/null"] : entries),
  ];
  const tar = spawn("tar", words, { stdio: ["ignore", "pipe", "ignore"] });
  const closed = once(tar, "close") as Promise<[number | null]>;
  response.writeHead(200, { "content-type": "application/x-tar" });
  await pipeline(tar.stdout, response, { end: false });
  const [code] = await closed;
  if (code === 0) response.end();
  else response.destroy();
}

async function placeScript(task: Task, folder: string): Promise<Result<"content">> {
  const path = join(folder, "content");
  await writeFile(path, task.template.script?.source ?? "");
  await chmod(path, 0o755);
  return { ok: true, value: "content" };
}

function end(response: ServerResponse, code: number, text: string): void {
  if (response.headersSent) return void response.destroy();
  // A Pod's wget shows nothing of an error but its status line.
  const line = text.replaceAll(/[^\x20-\x7e]+/g, " ").slice(0, 300);
  response.writeHead(code, ...(line === "" ? [] : [line]), { "content-type": "text/plain", connection: "close" });
  response.end(text === "" ? undefined : `${text}\n`);
}
