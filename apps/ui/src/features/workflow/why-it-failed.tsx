import { useQuery } from "@tanstack/react-query";
import { answerOf, api } from "../../api/client.ts";
import { Button } from "../../ui/controls.tsx";
import { phaseClass, phaseSigns } from "../../ui/phase.tsx";
import { LogTail } from "./log-tail.tsx";

interface WhyProps {
  readonly namespace: string;
  readonly name: string;
  readonly message: string | undefined;
  /** Of the workflow's end: a retry may end otherwise. */
  readonly finishedAtMs: number | undefined;
  readonly onFound: (id: string, path: readonly string[]) => void;
}

const shownMax = 3;

/** The steps that failed first of all, with the last that they said, each a click away from its whole log. */
export function WhyItFailed({ namespace, name, message, finishedAtMs, onFound }: WhyProps) {
  const causes = useQuery({
    queryKey: ["why", namespace, name, finishedAtMs],
    queryFn: () =>
      answerOf(
        api.GET("/api/v1/capstan/workflows/{namespace}/{name}/failure-causes", {
          params: { path: { namespace, name }, query: { limit: String(shownMax) } },
        }),
      ),
  });
  const { items = [], total = 0 } = causes.data ?? {};
  const steps = items.filter(({ path }) => path.length > 0).length;
  return (
    <section className="notice notice-error why" aria-label="Why it failed">
      <div className="stack">
        <strong>{headlineOf(message, steps)}</strong>
        {items.length > 0 && (
          <ul>
            {items.map((node) => (
              <li key={node.id} className={phaseClass(node.phase)}>
                <span className="phase" aria-hidden="true">
                  {phaseSigns[node.phase]}
                </span>
                <span>
                  <b>{node.name}</b>
                  {node.message !== undefined && <>: {node.message}</>}
                  {node.attempts !== undefined && <>, in the last of {node.attempts} attempts</>}
                </span>
                <Button onClick={() => onFound(node.id, node.path)}>
                  Show {node.type === "Pod" ? "its log" : "it"}
                </Button>
                {node.type === "Pod" && <LogTail {...{ namespace, name }} id={node.id} endedAtMs={finishedAtMs} />}
              </li>
            ))}
          </ul>
        )}
        {total > items.length && (
          <span>
            and {(total - items.length).toLocaleString()} more: find them with <kbd>!</kbd>
          </span>
        )}
      </div>
    </section>
  );
}

/** A message that only passes on that something in it failed says less than the steps below. */
function headlineOf(message = "It failed here:", failedSteps: number): string {
  return failedSteps > 0 && /^child '.*' failed$/.test(message) ? "It failed here:" : message;
}
