import type { components } from "@capstan/client";

export type Summary = components["schemas"]["WorkflowSummary"];

export const phases = ["Pending", "Running", "Succeeded", "Failed", "Error"] as const;

/** What a list shows, as the page's address keeps it. */
export interface Filters {
  readonly namespace?: string | undefined;
  readonly phase?: string | undefined;
  readonly labels?: string | undefined;
  readonly template?: string | undefined;
  readonly text?: string | undefined;
  /** Submitted within: 1h, 24h, 7d, 30d. */
  readonly since?: string | undefined;
}

export const spans: { readonly [name: string]: number } = {
  "1h": 3_600_000,
  "24h": 86_400_000,
  "7d": 604_800_000,
  "30d": 2_592_000_000,
};

/** The filters of an address; anything else in it is dropped. */
export function readFilters(search: { readonly [name: string]: unknown }): Filters {
  const filters: { [name: string]: string } = {};
  for (const name of ["namespace", "phase", "labels", "template", "text", "since"]) {
    const value = search[name];
    if (typeof value === "string" && value !== "") filters[name] = value;
    else if (typeof value === "number") filters[name] = String(value);
  }
  return filters;
}

/** The filters as the API takes them. A span of time ends at a whole minute, so that a page that is looked at again asks the same. */
export function toQuery({ since, ...rest }: Filters, nowMs: number): { readonly [name: string]: string } {
  const span = spans[since ?? ""];
  const from = span === undefined ? undefined : String(Math.floor((nowMs - span) / 60_000) * 60_000);
  return { ...rest, ...(from !== undefined && { submittedFrom: from }) } as { readonly [name: string]: string };
}

export function phasesOf(filters: Filters): readonly string[] {
  return (filters.phase ?? "").split(",").filter((phase) => phase !== "");
}
