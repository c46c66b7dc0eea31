import type { components } from "@capstan/client";
import { Link } from "@tanstack/react-router";
import { PhaseBadge } from "../../ui/phase.tsx";
import { Ago } from "../../ui/time.tsx";

type FailureDetail = components["schemas"]["FailureDetail"];

/** The workflows that a failure hit, and what has become of them. */
export function HitWorkflows({ detail }: { detail: FailureDetail }) {
  const { failure, workflows } = detail;
  return (
    <section className="stack" aria-label="Workflows that it hit">
      <h2>Workflows that it hit</h2>
      <div className="card table-card">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Workflow</th>
              <th scope="col">Now</th>
              <th scope="col">Failed so</th>
            </tr>
          </thead>
          <tbody>
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
          </tbody>
        </table>
      </div>
    </section>
  );
}
