import type { components } from "@capstan/client";
import { useQuery } from "@tanstack/react-query";
import { answerOf, api } from "../../api/client.ts";
import { Failure, Loading, Outdated } from "../../ui/states.tsx";
import { Ago } from "../../ui/time.tsx";
import { toYaml, YamlText } from "./yaml-text.tsx";

type NodePod = components["schemas"]["NodePod"];
type PodEvents = NodePod["events"];

interface PodViewProps {
  readonly namespace: string;
  readonly name: string;
  readonly nodeId: string;
  readonly phase: string;
  readonly onShowTask: () => void;
}

const refreshMs = 3_000;
/** A cluster tells some events seconds after the Pod is gone: so often a Pod that is gone is asked for. */
const goneAnswersMax = 10;

interface SeenPod {
  readonly answer: NodePod;
  readonly yaml: string;
  /** In a row, up to this one. */
  readonly goneAnswers: number;
}

/** A Pod outlives its step for a while, and some of its events come after it; what never was does not come any more. */
function mayChange(seen: SeenPod | undefined): boolean {
  if (seen?.answer.state === "gone") return seen.goneAnswers < goneAnswersMax;
  return seen?.answer.state === "present";
}

/** A node's Pod as it is in its cluster and what the cluster notes of it, for as long as it is there; then as it was seen last. */
export function PodView({ namespace, name, nodeId, phase, onShowTask }: PodViewProps) {
  const isOver = phase !== "Pending" && phase !== "Running";
  const found = useQuery({
    queryKey: ["pod", namespace, name, nodeId, phase],
    queryFn: async ({ signal, client, queryKey }): Promise<SeenPod> => {
      const params = { path: { namespace, name, id: nodeId } };
      const answer = await answerOf(
        api.GET("/api/v1/capstan/workflows/{namespace}/{name}/nodes/{id}/pod", { params, signal }),
      );
      const goneBefore = client.getQueryData<SeenPod>(queryKey)?.goneAnswers ?? 0;
      return {
        answer,
        yaml: answer.pod === undefined ? "" : await toYaml(answer.pod),
        goneAnswers: answer.state === "gone" ? goneBefore + 1 : 0,
      };
    },
    refetchInterval: ({ state }) => (isOver && !mayChange(state.data) ? false : refreshMs),
    placeholderData: (before, query) => (query?.queryKey[3] === nodeId ? before : undefined),
    retry: false,
  });
  const task = (
    <p>
      <button type="button" className="link" onClick={onShowTask}>
        What its agent was given
      </button>
    </p>
  );
  if (found.isPending) return <Loading />;
  if (found.data === undefined)
    return (
      <div className="stack">
        <Failure error={found.error} onRetry={() => void found.refetch()} />
        {task}
      </div>
    );
  const { state, message, seenAtMs, events, eventsProblem } = found.data.answer;
  if (state === "none")
    return (
      <div className="stack">
        <p className="notice">There is no Pod to show: {message}.</p>
        {task}
      </div>
    );
  return (
    <div className="stack">
      {found.isError && <Outdated atMs={found.dataUpdatedAt} />}
      {state === "gone" && (
        <p className="notice">
          <span>
            The Pod is gone. This is how its agent saw it last, <Ago atMs={seenAtMs} />.
          </span>
        </p>
      )}
      <h3>Events</h3>
      {eventsProblem !== undefined && (
        <p className="notice notice-warning">Its agent may not see them: {eventsProblem}</p>
      )}
      {eventsProblem === undefined && events.length === 0 && (
        <p className="muted">The cluster has none (any more): it keeps them for an hour or so.</p>
      )}
      <PodEventList events={events} />
      <h3>Manifest</h3>
      <YamlText text={found.data.yaml} fileName={`${nodeId}-pod.yaml`} />
      <p className="muted">Without managedFields and the annotations that only agents read.</p>
    </div>
  );
}

/** The latest first. */
function PodEventList({ events }: { events: PodEvents }) {
  if (events.length === 0) return null;
  return (
    <ol className="pod-events" aria-label="Events of the Pod">
      {events.toReversed().map((event) => (
        <li key={`${event.reason} ${event.firstAtMs} ${event.message}`} data-type={event.type}>
          <strong>{event.reason}</strong>
          {event.type !== "Normal" && <span className="pod-event-type">{event.type}</span>}
          {event.count > 1 && <span className="muted">{event.count.toLocaleString()} times</span>}
          <span className="muted spread">
            <Ago atMs={event.lastAtMs} />
          </span>
          <span className="pod-event-message">{event.message}</span>
          {event.source !== undefined && <span className="muted">{event.source}</span>}
        </li>
      ))}
    </ol>
  );
}
