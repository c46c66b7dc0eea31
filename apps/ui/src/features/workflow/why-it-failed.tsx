import { useQuery } from "@tanstack/react-query";
import { answerOf, api } from "../../api/client.ts";
import { Button } from "../../ui/controls.tsx";
import { phaseClass, phaseSigns } from "../../ui/phase.tsx";

interface WhyProps {
  readonly namespace: string;
  readonly name: string;
  readonly message: string | undefined;
  /** Of the workflow's end: a retry may end otherwise. */
  readonly finishedAtMs: number | undefined;
  readonly onFound: (id: string, path: readonly string[]) => void;
}

const shownMax = 3;

/** The steps that failed first of all, each a click away from its log. */
export function WhyItFailed({ namespace, name, message, finishedAtMs, onFound }: WhyProps) {
  const found = useQuery({
    queryKey: ["why", namespace, name, finishedAtMs],
    queryFn: () =>
      answerOf(
        api.GET("/api/v1/capstan/workflows/{namespace}/{name}/find", {
          params: { path: { namespace, name }, query: { phase: "Failed,Error", limit: "50" } },
        }),
      ),
  });
  const leaves = (found.data?.items ?? []).filter(
    ({ type }) => type === "Pod" || type === "Suspend" || type === "HTTP",
  );
  const failed = leaves.length > 0 ? leaves : (found.data?.items ?? []);
  return (
    <section className="notice notice-error why" aria-label="Why it failed">
      <div className="stack">
        <strong>{headlineOf(message, leaves.length)}</strong>
        {failed.length > 0 && (
          <ul>
            {failed.slice(0, shownMax).map((node) => (
              <li key={node.id} className={phaseClass(node.phase)}>
                <span className="phase" aria-hidden="true">
                  {phaseSigns[node.phase]}
                </span>
                <span>
                  <b>{node.name}</b>
                  {node.message !== undefined && <>: {node.message}</>}
                </span>
                <Button onClick={() => onFound(node.id, node.path)}>
                  Show {node.type === "Pod" ? "its log" : "it"}
                </Button>
              </li>
            ))}
          </ul>
        )}
        {failed.length > shownMax && (
          <span>
            and {(failed.length - shownMax).toLocaleString()}
            {(found.data?.total ?? 0) > 50 && "+"} more: find them with <kbd>!</kbd>
          </span>
        )}
      </div>
    </section>
  );
}

/** A message that only passes on that something in it failed says less than the steps below. */
function headlineOf(message = "It failed.", failedSteps: number): string {
  return failedSteps > 0 && /^child '.*' failed$/.test(message) ? "It failed here:" : message;
}
