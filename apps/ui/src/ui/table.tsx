import type { ReactNode } from "react";
import "./table.css";

/** A column's title; `unseen` for one that only screen readers are told. */
type Column = string | { readonly unseen: string };

/** A table whose rows are small cards on a narrow screen, where each cell's `data-label` says what it is. `children` are the rows. */
export function Table({ columns, children }: { columns: readonly Column[]; children: ReactNode }) {
  return (
    <div className="card table-card">
      <table className="table">
        <thead>
          <tr>
            {columns.map((column) =>
              typeof column === "string" ? (
                <th key={column} scope="col">
                  {column}
                </th>
              ) : (
                <th key={column.unseen} scope="col">
                  <span className="visually-hidden">{column.unseen}</span>
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
