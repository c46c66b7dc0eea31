import type { StreamState } from "@capstan/client";
import type { ReactNode } from "react";
import { RequestError } from "../api/client.ts";
import { Button } from "./controls.tsx";
import { Ago } from "./time.tsx";

/** Nothing is here, and what to do about it. Where that is all that the page says, it is the page's heading. */
export function Empty(props: { title: string; isWholePage?: boolean; children?: ReactNode }) {
  const { title, isWholePage = false, children } = props;
  return (
    <div className="empty">
      {isWholePage ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children}
    </div>
  );
}

/** What went wrong and what to do. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problems = error instanceof RequestError ? error.problem.problems : [];
  const message = error instanceof Error ? error.message : String(error);
  return (
    <div className="notice notice-error" role="alert">
      <div className="stack">
        <strong>{message}</strong>
        {problems.length > 1 && (
          <ul>
            {problems.slice(0, 20).map((problem) => (
              <li key={`${problem.path}${problem.message}`}>
                {problem.line !== undefined && `line ${problem.line}: `}
                {problem.path && <code>{problem.path}</code>} {problem.message}
              </li>
            ))}
          </ul>
        )}
        {onRetry && (
          <div>
            <Button onClick={onRetry}>Try again</Button>
          </div>
        )}
      </div>
    </div>
  );
}

export function Loading({ lines = 4 }: { lines?: number }) {
  return (
    <div className="stack" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, index) => (
        <div key={String(index)} className="skeleton" />
      ))}
    </div>
  );
}

/** Says so while what is shown may be old. */
export function Freshness({ stream }: { stream: StreamState }) {
  if (stream.state === "refused") return <Failure error={new RequestError(stream.problem)} />;
  if (stream.state !== "lost") return null;
  return (
    <div className="notice notice-warning" role="status">
      The connection is lost: what you see may be old. Connecting again …
    </div>
  );
}

/** What is shown was asked for again in vain: how old it is. */
export function Outdated({ atMs }: { atMs: number }) {
  return (
    <div className="notice notice-warning" role="status">
      <span>
        The server does not answer: what you see is of <Ago atMs={atMs} />. Asking again …
      </span>
    </div>
  );
}
