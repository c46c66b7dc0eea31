import type { Json } from "@capstan/core";
import { KubeError } from "@capstan/kubernetes";

/** The gRPC status codes that Argo Server's REST API answers with, and the HTTP status of each. */
const statusOf = {
  InvalidArgument: { code: 3, http: 400 },
  NotFound: { code: 5, http: 404 },
  AlreadyExists: { code: 6, http: 409 },
  PermissionDenied: { code: 7, http: 403 },
  ResourceExhausted: { code: 8, http: 429 },
  TooLarge: { code: 8, http: 413 },
  FailedPrecondition: { code: 9, http: 400 },
  Aborted: { code: 10, http: 409 },
  Unimplemented: { code: 12, http: 501 },
  Internal: { code: 13, http: 500 },
  Unavailable: { code: 14, http: 503 },
} as const;

export type ApiErrorCode = keyof typeof statusOf;

/** The body of an error: grpc-gateway's three fields, and what was wrong with the manifest where that is known. */
export interface ErrorBody {
  readonly code: number;
  readonly error: string;
  readonly message: string;
  readonly problems?: readonly Json[];
}

/** What a client is told; thrown by routes, turned into an answer in one place. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly problems: readonly Json[] | undefined;

  constructor(code: ApiErrorCode, message: string, problems?: readonly Json[]) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.problems = problems;
  }

  get httpStatus(): number {
    return statusOf[this.code].http;
  }

  get body(): ErrorBody {
    const base = { code: statusOf[this.code].code, error: this.message, message: this.message };
    return this.problems === undefined ? base : { ...base, problems: this.problems };
  }
}

/** The answer for anything thrown: what is not an ApiError, nor the server framework's complaint of the request, stays inside. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof KubeError) return fromCluster(thrown);
  const { code, statusCode, message } = thrown as { code?: unknown; statusCode?: unknown; message?: unknown };
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE")
    return new ApiError("TooLarge", "the request's body is larger than 20 MiB");
  if (typeof statusCode === "number" && statusCode >= 400 && statusCode < 500) {
    return new ApiError("InvalidArgument", typeof message === "string" ? message : "bad request");
  }
  return new ApiError("Internal", "internal error; the coordinator's log has the details");
}

/** What the cluster's API server said to a request that we made for somebody. */
function fromCluster(error: KubeError): ApiError {
  if (error.isTransient) return new ApiError("Unavailable", `the cluster does not answer now: ${error.message}`);
  if (error.status === 401 || error.status === 403)
    return new ApiError("PermissionDenied", `the cluster does not allow Capstan to do this: ${error.message}`);
  if (error.status === 404) return new ApiError("NotFound", error.message);
  if (error.status === 409) return new ApiError("Aborted", error.message);
  return new ApiError("InvalidArgument", error.message);
}
