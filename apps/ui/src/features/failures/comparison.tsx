import type { components } from "@capstan/client";
import { Link } from "@tanstack/react-router";
import { Table } from "../../ui/table.tsx";
import { formatDuration } from "../../ui/time.tsx";

type FailureDetail = components["schemas"]["FailureDetail"];
type Difference = FailureDetail["differences"][number];

/** The failure beside the last good run of its template: what differs stands out. */
export function Comparison({ detail }: { detail: FailureDetail }) {
  const { lastGoodRun, differences } = detail;
  if (lastGoodRun === undefined) {
    return <p className="muted">No good run of this template is known: there is nothing to compare with.</p>;
  }
  const ordered = differences.toSorted((left, right) => Number(right.isDifferent) - Number(left.isDifferent));
  const differing = differences.filter(({ isDifferent }) => isDifferent).length;
  return (
    <div className="stack">
      <p>
        {differing === 0 ? "No difference to" : `${differing} ${differing === 1 ? "difference" : "differences"} to`}{" "}
        <Link
          to="/workflows/$namespace/$name"
          params={{ namespace: lastGoodRun.namespace, name: lastGoodRun.workflowName }}
          search={{ node: lastGoodRun.nodeId }}
        >
          {lastGoodRun.nodeName}
        </Link>
        .
      </p>
      <Table columns={[{ unseen: "What" }, "Last good run", "This failure"]}>
        {ordered.map((difference) => (
          <tr
            key={`${difference.field}/${difference.name ?? ""}`}
            className={difference.isDifferent ? "differs" : undefined}
          >
            <td data-label="What">
              {difference.isDifferent && <span title="differs">≠ </span>}
              {difference.name ?? difference.field}
              {difference.isDifferent && <span className="visually-hidden"> differs</span>}
            </td>
            <td data-label="Last good run">{shown(difference, difference.good)}</td>
            <td data-label="This failure">{shown(difference, difference.failed)}</td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

function shown({ field }: Difference, value: string | undefined) {
  if (value === undefined) return <span className="muted">—</span>;
  if (field === "duration") return formatDuration(Number(value));
  return value === "" ? <span className="muted">(empty)</span> : <code>{value}</code>;
}
