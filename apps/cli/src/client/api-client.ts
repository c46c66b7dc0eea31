import { EventSourceParserStream } from "eventsource-parser/stream";
import { ApiFailure, ServerUnreachable } from "./api-failure.ts";

export type Query = { readonly [name: string]: string | number | boolean | undefined };

/** One server's API. Every method throws ApiFailure for what the server refuses and ServerUnreachable when there is none. */
export class ApiClient {
  readonly baseUrl: string;

  constructor(baseUrl: string) {
    this.baseUrl = baseUrl.replace(/\/+$/, "");
  }

  get<T>(path: string, query: Query = {}): Promise<T> {
    return this.#call<T>("GET", path, query);
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.#call<T>("POST", path, {}, body);
  }

  put<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#call<T>("PUT", path, {}, body);
  }

  delete<T>(path: string): Promise<T> {
    return this.#call<T>("DELETE", path, {});
  }

  /** The events of a stream until it ends, the signal aborts, or the caller stops taking. */
  async *stream<T>(path: string, query: Query, signal: AbortSignal): AsyncGenerator<T> {
    const headers = { accept: "text/event-stream" };
    const response = await this.#fetch(this.#url(path, query), { headers, signal });
    if (response.body === null) return;
    const events = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
    try {
      for await (const event of events) yield JSON.parse(event.data) as T;
    } catch (error) {
      if (signal.aborted) return;
      throw error instanceof SyntaxError ? error : new ServerUnreachable(this.baseUrl, "the connection was lost");
    }
  }

  async #call<T>(method: string, path: string, query: Query, body?: unknown): Promise<T> {
    const response = await this.#fetch(this.#url(path, query), {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await response.text();
    return (text === "" ? {} : JSON.parse(text)) as T;
  }

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(url, init);
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new ServerUnreachable(this.baseUrl, reasonOf(error));
    }
    if (!response.ok) throw await ApiFailure.from(response);
    return response;
  }

  #url(path: string, query: Query): string {
    const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
    const text = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString();
    return `${this.baseUrl}${path}${text === "" ? "" : `?${text}`}`;
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : undefined;
  if (code === "ECONNREFUSED") return "nothing listens there";
  return code ?? (error instanceof Error ? error.message : String(error));
}
