import { textAt, valueAt } from "@capstan/core";

/** What an API server answered when it did not do what was asked, or that it could not be reached (`status` 0). */
export class KubeError extends Error {
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** The API's word for it: `NotFound`, `AlreadyExists`, `Conflict`, `Expired`, `Forbidden`, `Invalid`, … */
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.name = "KubeError";
    this.status = status;
    this.reason = reason;
  }

  /** Reads the `Status` object that an API server answers with, or whatever a proxy in between wrote. */
  static fromBody(status: number, body: string): KubeError {
    let parsed: unknown;
    try {
      parsed = JSON.parse(body);
    } catch {
      parsed = undefined;
    }
    const message = textAt(parsed, "message") ?? (body.trim().slice(0, 500) || `HTTP status ${status}`);
    return new KubeError(valueAtNumber(parsed, "code") ?? status, textAt(parsed, "reason") ?? "Unknown", message);
  }

  /** The request may succeed when it is simply made again: nobody answered, or the server was overloaded. */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** The error's reason where it is the API server's, else undefined. */
export function reasonOf(error: unknown): string | undefined {
  return error instanceof KubeError ? error.reason : undefined;
}

function valueAtNumber(holder: unknown, field: string): number | undefined {
  const value = valueAt(holder, field);
  return typeof value === "number" ? value : undefined;
}
