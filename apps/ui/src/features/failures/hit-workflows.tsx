import type { components } from "@capstan/client";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../../ui/controls.tsx";
import { PhaseBadge } from "../../ui/phase.tsx";
import { Table } from "../../ui/table.tsx";
import { Ago } from "../../ui/time.tsx";
import { RetryDialog } from "./retry-dialog.tsx";

type FailureDetail = components["schemas"]["FailureDetail"];

/** The workflows that a failure hit, and what has become of them. */
export function HitWorkflows({ detail }: { detail: FailureDetail }) {
  const { failure, workflows } = detail;
  const failed = workflows.filter(({ phase }) => phase === "Failed" || phase === "Error");
  const [isAsking, setAsking] = useState(false);
  return (
    <section className="stack" aria-label="Workflows that it hit">
      <div className="row">
        <h2>Workflows that it hit</h2>
        <Button className="spread" look="primary" onClick={() => setAsking(true)} disabled={failed.length === 0}>
          {failed.length === 0 ? "None is failed now" : `Try ${failed.length} again …`}
        </Button>
      </div>
      {isAsking && <RetryDialog failure={failure} failed={failed} onClose={() => setAsking(false)} />}
      <Table columns={["Workflow", "Now", "Failed so"]}>
        {workflows.map(({ uid, name, phase, lastAtMs }) => (
          <tr key={uid}>
            <td data-label="Workflow">
              {phase === "absent" ? (
                name
              ) : (
                <Link to="/workflows/$namespace/$name" params={{ namespace: failure.namespace, name }}>
                  {name}
                </Link>
              )}
            </td>
            <td data-label="Now">
              {phase === "absent" ? <span className="muted">deleted</span> : <PhaseBadge phase={phase} />}
            </td>
            <td data-label="Failed so">
              <Ago atMs={lastAtMs} />
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
}
