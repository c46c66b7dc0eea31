import { useInfiniteQuery } from "@tanstack/react-query";
import { answerOf, api } from "../../api/client.ts";
import { Button } from "../../ui/controls.tsx";
import { type NodePhase, PhaseBadge } from "../../ui/phase.tsx";
import { Empty, Failure, Loading } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { Moment } from "../../ui/time.tsx";

const refreshMs = 5_000;

/** What happened, the latest first. */
export function EventsView(props: { namespace: string; name: string; onSelect: (id: string) => void }) {
  const { namespace, name, onSelect } = props;
  const events = useInfiniteQuery({
    queryKey: ["events", namespace, name],
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET("/api/v1/capstan/workflows/{namespace}/{name}/events", {
          params: { path: { namespace, name }, query: pageParam === "" ? {} : { continue: pageParam } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.continue,
    refetchInterval: refreshMs,
  });
  if (events.isError) return <Failure error={events.error} onRetry={() => void events.refetch()} />;
  if (events.isPending) return <Loading lines={10} />;
  const items = events.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <Empty title="Nothing has happened yet" />;
  return (
    <div className="stack">
      <Table columns={["Time", "Node", "What", "Message"]}>
        {items.map((event) => (
          <tr key={`${event.atMs} ${event.nodeId} ${event.what}`}>
            <td data-label="Time">
              <Moment atMs={event.atMs} />
            </td>
            <td data-label="Node">
              <button type="button" className="link" onClick={() => onSelect(event.nodeId)}>
                {event.name}
              </button>
            </td>
            <td data-label="What">
              {event.what === "ended" ? <PhaseBadge phase={event.phase as NodePhase} /> : event.what}
            </td>
            <td data-label="Message" className="muted">
              {event.what === "ended" && event.message}
            </td>
          </tr>
        ))}
      </Table>
      {events.hasNextPage && (
        <div>
          <Button onClick={() => void events.fetchNextPage()} disabled={events.isFetchingNextPage}>
            Earlier
          </Button>
        </div>
      )}
    </div>
  );
}
