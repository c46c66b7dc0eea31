import type { components } from "@capstan/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api } from "../../api/client.ts";
import { Button, Confirmation } from "../../ui/controls.tsx";
import { Failure, Loading } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { Ago } from "../../ui/time.tsx";

type DeadLetter = components["schemas"]["DeadLetter"];

const refreshMs = 10_000;

/** What nobody could read and what the queue gave up on. */
export function DeadLetters() {
  const letters = useQuery({
    queryKey: ["dead-letters"],
    queryFn: ({ signal }) => answerOf(api.GET("/api/v1/capstan/dead-letters", { signal })),
    refetchInterval: refreshMs,
  });
  return (
    <section className="stack" aria-label="Dead letters">
      <h2>Dead letters</h2>
      {letters.isError && <Failure error={letters.error} onRetry={() => void letters.refetch()} />}
      {letters.isPending && <Loading lines={2} />}
      {letters.data?.items.length === 0 && (
        <p className="muted">Nothing was put aside: every event could be read, and the queue gave no task up.</p>
      )}
      {letters.data !== undefined && letters.data.items.length > 0 && <LetterTable letters={letters.data.items} />}
    </section>
  );
}

function LetterTable({ letters }: { letters: readonly DeadLetter[] }) {
  return (
    <Table columns={["What", "From", "When", "Why", { unseen: "Actions" }]}>
      {letters.map((letter) => (
        <LetterRow key={letter.id} letter={letter} />
      ))}
    </Table>
  );
}

function LetterRow({ letter }: { letter: DeadLetter }) {
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const params = { path: { id: letter.id } };
  const act = useMutation({
    mutationFn: (verb: "requeue" | "drop") =>
      verb === "requeue"
        ? answerOf(api.POST("/api/v1/capstan/dead-letters/{id}/requeue", { params }))
        : answerOf(api.DELETE("/api/v1/capstan/dead-letters/{id}", { params })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["dead-letters"] }),
  });
  return (
    <tr>
      <td data-label="What">
        <details>
          <summary>{letter.kind === "event" ? "An event" : "A task"}</summary>
          <pre className="letter">
            {letter.content}
            {letter.isCut && " …"}
          </pre>
        </details>
        {act.isError && <Failure error={act.error} />}
      </td>
      <td data-label="From">{letter.from}</td>
      <td data-label="When">
        <Ago atMs={letter.atMs} />
      </td>
      <td data-label="Why">{letter.why}</td>
      <td>
        <div className="row">
          <Button onClick={() => act.mutate("requeue")} disabled={act.isPending}>
            Put back
          </Button>
          <Button look="danger" onClick={() => setAsking(true)} disabled={act.isPending}>
            Drop
          </Button>
        </div>
        {isAsking && (
          <Confirmation
            title="Drop this dead letter?"
            question="It is forgotten. The workflow that it is of may wait for it for ever."
            verb="Drop"
            onConfirm={() => act.mutate("drop")}
            onClose={() => setAsking(false)}
          />
        )}
      </td>
    </tr>
  );
}
