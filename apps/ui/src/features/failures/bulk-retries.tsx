import type { components } from "@capstan/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { answerOf, api } from "../../api/client.ts";
import { Button } from "../../ui/controls.tsx";
import { Failure } from "../../ui/states.tsx";
import { Ago } from "../../ui/time.tsx";

type BulkRetry = components["schemas"]["BulkRetry"];

const refreshMs = 2_000;

interface Cause {
  readonly namespace: string;
  readonly fingerprint: string;
}

/** How the workflows of a failure were tried again, the latest first; goes on whoever looks. */
export function BulkRetries({ namespace, fingerprint }: Cause) {
  const retries = useQuery({
    queryKey: ["bulk-retries", namespace, fingerprint],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET("/api/v1/capstan/failures/{namespace}/{fingerprint}/retries", {
          params: { path: { namespace, fingerprint } },
          signal,
        }),
      ),
    refetchInterval: refreshMs,
  });
  if (retries.isError) return <Failure error={retries.error} onRetry={() => void retries.refetch()} />;
  const items = retries.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section className="stack" aria-label="Tried again">
      <h2>Tried again</h2>
      {items.map((retry) => (
        <Progress key={retry.id} retry={retry} namespace={namespace} fingerprint={fingerprint} />
      ))}
    </section>
  );
}

const phaseTexts: { readonly [P in BulkRetry["phase"]]: string } = {
  canary: "The first runs; the rest waits for it",
  rest: "Under way",
  halted: "Halted",
  done: "Done",
};

const stateOrder = ["succeeded", "failed", "skipped", "running", "asking", "waiting"] as const;

const stateClasses: { readonly [S in (typeof stateOrder)[number]]: string } = {
  succeeded: "phase-succeeded",
  failed: "phase-failed",
  skipped: "phase-skipped",
  running: "phase-running",
  asking: "phase-running",
  waiting: "phase-pending",
};

function Progress({ retry, namespace, fingerprint }: Cause & { retry: BulkRetry }) {
  const queries = useQueryClient();
  const params = { path: { id: retry.id } };
  const change = useMutation({
    mutationFn: (verb: "halt" | "continue") =>
      answerOf<unknown>(api.PUT(`/api/v1/capstan/bulk-retries/{id}/${verb}`, { params })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["bulk-retries", namespace, fingerprint] }),
  });
  const isUnderWay = retry.phase === "canary" || retry.phase === "rest";
  const waits = (retry.counts.waiting ?? 0) > 0;
  return (
    <div className="card stack">
      <div className="row" role="status">
        <span>
          <strong>{phaseTexts[retry.phase]}</strong>
          {retry.message !== undefined && `: ${retry.message}`}
        </span>
        <span className="muted">
          begun <Ago atMs={retry.createdAtMs} />
          {retry.image !== undefined && `, with ${retry.image.to} instead of ${retry.image.from}`}
          {retry.parameters.length > 0 && `, with ${retry.parameters.join(", ")}`}
        </span>
        <span className="spread row">
          {isUnderWay && (
            <Button onClick={() => change.mutate("halt")} disabled={change.isPending}>
              Halt
            </Button>
          )}
          {(retry.phase === "halted" || retry.phase === "canary") && waits && (
            <Button onClick={() => change.mutate("continue")} disabled={change.isPending}>
              Try the rest now
            </Button>
          )}
        </span>
      </div>
      <div className="row">
        {stateOrder
          .filter((state) => (retry.counts[state] ?? 0) > 0)
          .map((state) => (
            <span key={state} className={`phase ${stateClasses[state]}`}>
              {retry.counts[state]} {state}
            </span>
          ))}
      </div>
      {change.isError && <Failure error={change.error} />}
      <details>
        <summary>Workflows</summary>
        <ul className="retry-targets">
          {retry.targets.map((target) => (
            <li key={target.name}>
              <Link
                to="/workflows/$namespace/$name"
                params={{ namespace, name: target.state === "waiting" ? target.name : (target.again ?? target.name) }}
              >
                {target.state === "waiting" ? target.name : (target.again ?? target.name)}
              </Link>{" "}
              <span className={`phase ${stateClasses[target.state]}`}>{target.state}</span>{" "}
              {target.message !== undefined && <span className="muted">{target.message}</span>}
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}
