import type { Problem } from "@capstan/manifest";

/** The server said no. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly problems: readonly Problem[];

  constructor(status: number, message: string, problems: readonly Problem[]) {
    super(message);
    this.name = "ApiFailure";
    this.status = status;
    this.problems = problems;
  }

  static async from(response: Response): Promise<ApiFailure> {
    const text = await response.text().catch(() => "");
    try {
      const body = JSON.parse(text) as { readonly message?: string; readonly problems?: readonly Problem[] };
      return new ApiFailure(response.status, body.message ?? `HTTP ${response.status}`, body.problems ?? []);
    } catch {
      return new ApiFailure(response.status, `HTTP ${response.status}: ${text.slice(0, 300)}`, []);
    }
  }
}

/** There is no server to ask. */
export class ServerUnreachable extends Error {
  readonly url: string;

  constructor(url: string, reason: string) {
    super(`no Capstan answers at ${url} (${reason})`);
    this.name = "ServerUnreachable";
    this.url = url;
  }
}
