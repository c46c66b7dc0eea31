import type { components } from "@capstan/client";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { answerOf, api } from "../../api/client.ts";
import { AnsiText } from "../../ui/ansi-text.tsx";
import { Failure, Loading, Outdated } from "../../ui/states.tsx";
import { Ago } from "../../ui/time.tsx";
import { BulkRetries } from "./bulk-retries.tsx";
import { Comparison } from "./comparison.tsx";
import { templateName } from "./failures-page.tsx";
import { HitWorkflows } from "./hit-workflows.tsx";
import "./failures.css";

type FailureDetail = components["schemas"]["FailureDetail"];

const route = getRouteApi("/failures/$namespace/$fingerprint");
const refreshMs = 3_000;

/** One cause of failures: what it says, what is different, whom it hit. */
export function FailurePage() {
  const { namespace, fingerprint } = route.useParams();
  const detail = useQuery({
    queryKey: ["failure", namespace, fingerprint],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET("/api/v1/capstan/failures/{namespace}/{fingerprint}", {
          params: { path: { namespace, fingerprint } },
          signal,
        }),
      ),
    refetchInterval: refreshMs,
  });
  return (
    <div className="stack">
      <Link to="/failures" search={{}}>
        ← All failures
      </Link>
      {detail.isError && detail.data === undefined && (
        <Failure error={detail.error} onRetry={() => void detail.refetch()} />
      )}
      {detail.isError && detail.data !== undefined && <Outdated atMs={detail.dataUpdatedAt} />}
      {detail.isPending && <Loading />}
      {detail.data !== undefined && <Detail detail={detail.data} />}
    </div>
  );
}

function Detail({ detail }: { detail: FailureDetail }) {
  const { failure } = detail;
  const { example } = failure;
  return (
    <>
      <h1 className="failure-title">{failure.title}</h1>
      <div className="row">
        <span className="chip">namespace {failure.namespace}</span>
        {example.exitCode !== undefined && <span className="chip">exit code {example.exitCode}</span>}
        {example.image !== undefined && <span className="chip">{example.image}</span>}
        <span className="muted">
          {failure.count.toLocaleString()} {failure.count === 1 ? "attempt" : "attempts"} of{" "}
          {failure.workflowCount.toLocaleString()} {failure.workflowCount === 1 ? "workflow" : "workflows"}, first{" "}
          <Ago atMs={failure.firstAtMs} />, last <Ago atMs={failure.lastAtMs} />
        </span>
      </div>
      <div className="failure-columns">
        <section className="stack" aria-label="The latest">
          <h2>
            The latest:{" "}
            <Link
              to="/workflows/$namespace/$name"
              params={{ namespace: example.namespace, name: example.workflowName }}
              search={{ node: example.nodeId }}
            >
              {example.nodeName}
            </Link>
          </h2>
          {example.message !== undefined && <p>{example.message}</p>}
          {example.logTail === undefined ? (
            <p className="muted">Its log was empty, or could not be read.</p>
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
            <pre className="failure-tail" tabIndex={0}>
              {example.logTail.split("\n").map((line, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines of one tail never move.
                <div key={index}>
                  <AnsiText text={line} />
                </div>
              ))}
            </pre>
          )}
          <h2>Beside the last good run</h2>
          <Comparison detail={detail} />
        </section>
        <section className="stack" aria-label="Where it happened">
          <Shares title="Nodes" counts={failure.hosts} />
          <Shares title="Templates" counts={failure.templates} nameOf={templateName} />
        </section>
      </div>
      <BulkRetries namespace={failure.namespace} fingerprint={failure.fingerprint} />
      <HitWorkflows detail={detail} />
    </>
  );
}

interface SharesProps {
  readonly title: string;
  readonly counts: { readonly [name: string]: number };
  readonly nameOf?: (name: string) => string;
}

function Shares({ title, counts, nameOf = (name) => name }: SharesProps) {
  const most = Object.entries(counts).sort(([, left], [, right]) => right - left);
  const max = most[0]?.[1] ?? 1;
  if (most.length === 0) return null;
  return (
    <div className="card stack">
      <h2>{title}</h2>
      <div className="shares">
        {most.slice(0, 12).map(([name, count]) => (
          <Share key={name} name={nameOf(name)} count={count} max={max} />
        ))}
      </div>
      {most.length > 12 && <span className="muted">and {most.length - 12} more</span>}
    </div>
  );
}

function Share({ name, count, max }: { name: string; count: number; max: number }) {
  return (
    <>
      <span>{name}</span>
      <div aria-hidden="true">
        <div className="share-bar" style={{ width: `${(100 * count) / max}%` }} />
      </div>
      <span>{count.toLocaleString()}</span>
    </>
  );
}
