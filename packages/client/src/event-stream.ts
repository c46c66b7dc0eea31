import { createParser } from "eventsource-parser";
import { type ApiProblem, problemOf } from "./client.ts";

/** `lost`: what is shown may be old; it connects again by itself. `refused`: it does not. */
export type StreamState =
  | { readonly state: "connecting" | "open" | "lost" }
  | { readonly state: "refused"; readonly problem: ApiProblem };

export interface EventStream {
  /** Ends it for good. */
  close(): void;
}

const firstRetryMs = 250;
const lastRetryMs = 10_000;
/** The server says something at least this often. */
const silenceMs = 40_000;

/**
 * Follows a stream of server-sent events until it is closed. After a break it connects again, sooner first, and the server begins from the
 * beginning: with a snapshot, or with word that something may have been missed. A stream that the server ends in order is opened again too.
 */
export function followEvents<T>(
  url: string,
  listener: { readonly onEvent: (event: T) => void; readonly onState: (state: StreamState) => void },
  options: { readonly fetch?: typeof fetch } = {},
): EventStream {
  const closed = new AbortController();
  void run(url, listener, options.fetch ?? fetch, closed.signal);
  return { close: () => closed.abort() };
}

async function run<T>(
  url: string,
  { onEvent, onState }: Parameters<typeof followEvents<T>>[1],
  fetcher: typeof fetch,
  closed: AbortSignal,
): Promise<void> {
  for (let attempt = 0; !closed.aborted; attempt++) {
    onState({ state: attempt === 0 ? "connecting" : "lost" });
    const outcome = await readOnce(url, fetcher, closed, {
      onOpen: () => {
        attempt = 0;
        onState({ state: "open" });
      },
      onText: (text) => onEvent(JSON.parse(text) as T),
    });
    if (closed.aborted) return;
    if (outcome !== undefined) return onState({ state: "refused", problem: outcome });
    onState({ state: "lost" });
    await pause(Math.min(lastRetryMs, firstRetryMs * 2 ** attempt), closed);
  }
}

/** Reads until the stream breaks or ends; the problem when the server refuses it. */
async function readOnce(
  url: string,
  fetcher: typeof fetch,
  closed: AbortSignal,
  { onOpen, onText }: { readonly onOpen: () => void; readonly onText: (text: string) => void },
): Promise<ApiProblem | undefined> {
  const broken = new AbortController();
  const signal = AbortSignal.any([closed, broken.signal]);
  let silence = setTimeout(() => broken.abort(), silenceMs);
  try {
    const response = await fetcher(url, { headers: { accept: "text/event-stream" }, signal });
    if (response.status >= 400 && response.status < 500 && response.status !== 429) {
      return problemOf(response.status, await response.json().catch(() => undefined));
    }
    if (!response.ok || response.body === null) return undefined;
    onOpen();
    const parser = createParser({ onEvent: ({ data }) => onText(data) });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      clearTimeout(silence);
      silence = setTimeout(() => broken.abort(), silenceMs);
      parser.feed(value);
    }
  } catch (error) {
    if (error instanceof SyntaxError) return problemOf(0, { message: `the stream cannot be read: ${error.message}` });
    return undefined;
  } finally {
    clearTimeout(silence);
    broken.abort();
  }
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
