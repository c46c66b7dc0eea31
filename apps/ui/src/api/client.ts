import { createCapstanClient, problemOf } from "@capstan/client";

/** The root below which everything is, whatever prefix a proxy put before it. */
export const rootUrl = document.baseURI;

export const api = createCapstanClient(rootUrl);

/** An address below the root, with a query; empty values are left out. */
export function apiUrl(path: string, query: { readonly [name: string]: string | number | undefined } = {}): string {
  const url = new URL(path.replace(/^\//, ""), rootUrl);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") url.searchParams.set(name, String(value));
  }
  return url.toString();
}

/** What the server refused, or that it did not answer. */
export class RequestError extends Error {
  readonly problem: ReturnType<typeof problemOf>;

  constructor(problem: ReturnType<typeof problemOf>) {
    super(problem.message);
    this.name = "RequestError";
    this.problem = problem;
  }
}

/** The data of an answer; throws RequestError for all that is no success. */
export async function answerOf<T>(request: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let answer: { data?: T; error?: unknown; response: Response };
  try {
    answer = await request;
  } catch (error) {
    throw new RequestError({
      status: 0,
      message: `the server does not answer (${(error as Error).message})`,
      problems: [],
    });
  }
  if (answer.data === undefined || !answer.response.ok) {
    throw new RequestError(problemOf(answer.response.status, answer.error));
  }
  return answer.data;
}
