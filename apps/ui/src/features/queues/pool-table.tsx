import type { components } from "@capstan/client";
import { Link } from "@tanstack/react-router";
import { Table } from "../../ui/table.tsx";
import { Ago, Duration } from "../../ui/time.tsx";

export type Pool = components["schemas"]["Pool"];

const columns = ["Pool", "Waiting", "Running", "In", "Out", "Longest wait", "Agents", "Room", "Last seen"] as const;

/** Every pool in one line. */
export function PoolTable({ pools, chosen }: { pools: readonly Pool[]; chosen: string | undefined }) {
  return (
    <Table columns={columns}>
      {pools.map((pool) => (
        <PoolRow key={pool.pool} pool={pool} isChosen={pool.pool === chosen} />
      ))}
    </Table>
  );
}

function PoolRow({ pool, isChosen }: { pool: Pool; isChosen: boolean }) {
  const isStuck = pool.waiting + pool.away > 0 && pool.agents === pool.draining;
  return (
    <tr className="pool-row" aria-current={isChosen}>
      <td data-label="Pool">
        <Link to="/queues" search={{ pool: pool.pool }} aria-current={isChosen ? "true" : undefined}>
          {pool.pool}
        </Link>
      </td>
      <td data-label="Waiting">
        <strong>{pool.waiting.toLocaleString()}</strong>
        {pool.inBacklog > 0 && <span className="muted"> ({pool.inBacklog.toLocaleString()} in the backlog)</span>}
        {pool.away > 0 && <span className="muted"> + {pool.away.toLocaleString()} refused</span>}
        {pool.dead > 0 && <span className="chip">{pool.dead.toLocaleString()} given up</span>}
      </td>
      <td data-label="Running">{pool.running.toLocaleString()}</td>
      <td data-label="In">
        <Rate perMinute={pool.inPerMinute} />
      </td>
      <td data-label="Out">
        <Rate perMinute={pool.outPerMinute} />
      </td>
      <td data-label="Longest wait">
        <Duration fromMs={pool.oldestSinceMs} toMs={undefined} />
      </td>
      <td data-label="Agents">
        {isStuck ? <strong>⚠ none takes tasks</strong> : pool.agents}
        {pool.draining > 0 && <span className="muted"> ({pool.draining} drained)</span>}
      </td>
      <td data-label="Room">{pool.room}</td>
      <td data-label="Last seen">
        <Ago atMs={pool.heardOfMs} />
      </td>
    </tr>
  );
}

function Rate({ perMinute }: { perMinute: number }) {
  const text = perMinute.toLocaleString(undefined, { maximumFractionDigits: perMinute < 10 ? 1 : 0 });
  return <span className="nowrap">{text} / min</span>;
}
