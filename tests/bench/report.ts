import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** One line of the benchmark's table. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The figure to reach, as text, and whether it was; absent where a row only informs. */
  readonly target?: string;
  readonly reached?: boolean;
}

/** Prints the rows as a table. */
export function printRows(rows: readonly BenchRow[]): void {
  const widest = Math.max(...rows.map((row) => row.name.length));
  for (const row of rows) {
    const value = row.value >= 100 ? Math.round(row.value).toLocaleString("en-US") : row.value.toFixed(2);
    const verdict = row.target === undefined ? "" : `  target ${row.target}: ${row.reached ? "reached" : "MISSED"}`;
    process.stdout.write(`${row.name.padEnd(widest)}  ${value.padStart(12)} ${row.unit}${verdict}\n`);
  }
}

/** Writes all rows to `bench-results/<time>.json` and answers its path. */
export function writeRows(rows: readonly BenchRow[], at: Date): string {
  const folder = resolve(import.meta.dirname, "../../bench-results");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${at.toISOString().replaceAll(":", "-")}.json`);
  writeFileSync(file, `${JSON.stringify({ at: at.toISOString(), node: process.version, rows }, null, 2)}\n`);
  return file;
}

/** The q-quantile (0..1) of the values. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
