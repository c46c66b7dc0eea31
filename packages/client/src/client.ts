import createClient, { type Client } from "openapi-fetch";
import type { paths } from "./schema.ts";

export type CapstanClient = Client<paths>;

/** A client of the API at `baseUrl` (the server's root, whatever prefix that has): every path, query and body is typed by the API's document. */
export function createCapstanClient(baseUrl: string, options: { readonly fetch?: typeof fetch } = {}): CapstanClient {
  return createClient<paths>({
    baseUrl: baseUrl.replace(/\/$/, ""),
    ...(options.fetch !== undefined && { fetch: options.fetch }),
  });
}

/** Why a request failed, as people are told. */
export interface ApiProblem {
  /** HTTP's status; 0 when the server did not answer. */
  readonly status: number;
  readonly message: string;
  /** What is wrong with a manifest. */
  readonly problems: readonly { readonly path?: string; readonly line?: number; readonly message?: string }[];
}

/** Reads an error's body, whatever it is. */
export function problemOf(status: number, body: unknown): ApiProblem {
  const { message, problems } = (typeof body === "object" && body !== null ? body : {}) as Partial<ApiProblem>;
  return {
    status,
    message: typeof message === "string" && message !== "" ? message : `the server answered with status ${status}`,
    problems: Array.isArray(problems) ? problems : [],
  };
}
