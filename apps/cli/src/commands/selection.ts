import { parseGoDuration, type Workflow } from "@capstan/core";
import type { Command } from "commander";
import { badInput } from "../cli-error.ts";
import type { Query } from "../client/api-client.ts";
import type { WorkflowApi } from "../client/workflow-api.ts";
import { repeated } from "./command-context.ts";

/** Which workflows a command is about. */
export interface SelectionFlags {
  readonly allNamespaces?: boolean;
  readonly selector?: string;
  readonly fieldSelector?: string;
  readonly status?: readonly string[];
  readonly running?: boolean;
  readonly completed?: boolean;
  readonly prefix?: string;
  readonly older?: string;
  readonly since?: string;
  readonly resubmitted?: boolean;
  readonly limit?: string;
}

export function addSelectionOptions(command: Command): Command {
  return command
    .option("-A, --all-namespaces", "of all namespaces")
    .option("-l, --selector <labels>", "with these labels, e.g. team=a,tier in (1,2)")
    .option("--field-selector <fields>", "e.g. metadata.name=x")
    .option("--status <phase>", "in this phase; may be repeated or separated by commas", repeated)
    .option("--running", "that have not ended")
    .option("--completed", "that have ended")
    .option("--prefix <text>", "whose name begins so")
    .option("--older <duration>", "that ended longer ago, e.g. 7d")
    .option("--since <duration>", "submitted within, e.g. 2h")
    .option("--resubmitted", "that were resubmitted")
    .option("--limit <n>", "at most so many");
}

const fields = [
  "metadata",
  "items.metadata.uid",
  "items.metadata.name",
  "items.metadata.namespace",
  "items.metadata.creationTimestamp",
  "items.metadata.labels",
  "items.status.phase",
  "items.status.message",
  "items.status.cause",
  "items.status.finishedAt",
  "items.status.startedAt",
  "items.status.progress",
  "items.spec.suspend",
  "items.spec.priority",
].join(",");

const pageSize = 500;

/** The workflows that the flags select, over all pages of the list. */
export async function listSelected(api: WorkflowApi, flags: SelectionFlags): Promise<readonly Workflow[]> {
  const limit = flags.limit === undefined ? Number.POSITIVE_INFINITY : Number(flags.limit);
  if (Number.isNaN(limit)) throw badInput(`--limit takes a number, not ${JSON.stringify(flags.limit)}`);
  const query = queryOf(flags);
  const found: Workflow[] = [];
  let token: string | undefined;
  do {
    const page = await api.list(
      { ...query, "listOptions.limit": Math.min(pageSize, limit - found.length), "listOptions.continue": token },
      flags.allNamespaces === true,
    );
    found.push(...page.items);
    token = page.metadata.continue;
  } while (token !== undefined && found.length < limit);
  return found;
}

function queryOf(flags: SelectionFlags): Query {
  const phase = "workflows.argoproj.io/phase";
  const completed = "workflows.argoproj.io/completed";
  const statuses = (flags.status ?? []).flatMap((text) => text.split(","));
  const labels = [
    ...(flags.selector === undefined ? [] : [flags.selector]),
    ...(statuses.length > 0 ? [`${phase} in (${statuses.join(",")})`] : []),
    ...(flags.running === true ? [`${completed}!=true`] : []),
    ...(flags.completed === true ? [`${completed}=true`] : []),
    ...(flags.resubmitted === true ? ["workflows.argoproj.io/resubmitted-from-workflow"] : []),
  ];
  return {
    fields,
    "listOptions.labelSelector": labels.join(","),
    "listOptions.fieldSelector": flags.prefix === undefined ? flags.fieldSelector : `metadata.name=${flags.prefix}`,
    nameFilter: flags.prefix === undefined ? undefined : "Prefix",
    createdAfter: flags.since === undefined ? undefined : timeBefore(flags.since),
    finishedBefore: flags.older === undefined ? undefined : timeBefore(flags.older),
  };
}

function timeBefore(duration: string): string {
  // Days are no unit of Go's, but of everybody else's.
  const days = /^(\d+)d$/.exec(duration)?.[1];
  const parsed = parseGoDuration(days === undefined ? duration : `${Number(days) * 24}h`);
  if (!parsed.ok) throw badInput(`${JSON.stringify(duration)} is no duration: write 30s, 10m, 2h or 7d`);
  return new Date(Date.now() - parsed.value).toISOString();
}
