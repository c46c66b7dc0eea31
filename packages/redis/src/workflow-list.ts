import type { ListPage, ListQuery, WorkflowSummary } from "@capstan/core";
import type { RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";
import { firstMemberAt, uidOfMember } from "./list-member.ts";

/** How many workflows one call looks at when a filter rejects most of them; the page is then short and has a token. */
const examinedMax = 5_000;
const sliceMin = 20;
const sliceMax = 500;

/** One page, newest first. The token is the last member looked at, so pages are exact while workflows come and go. */
export async function listWorkflows(redis: RedisClient, query: ListQuery): Promise<ListPage> {
  const lists = listsToRead(query);
  const items: WorkflowSummary[] = [];
  const oldest = query.submittedFromMs === undefined ? "-" : `[${firstMemberAt(query.submittedFromMs)}`;
  let cursor = query.continueToken ?? startOf(query.submittedBeforeMs);
  for (let examined = 0; examined < examinedMax; ) {
    // One more than is wanted tells whether there is a next page, so that the last page carries no token.
    const want = Math.min(sliceMax, Math.max(sliceMin, query.limit - items.length + 1));
    const members = await newestMembers(redis, lists, { cursor, oldest }, want);
    const summaries = await summariesOf(redis, members);
    for (const [index, member] of members.entries()) {
      const summary = summaries[index];
      if (summary !== undefined && matches(summary, query)) {
        if (items.length === query.limit) return cursor === undefined ? { items } : { items, continueToken: cursor };
        items.push(summary);
      }
      cursor = member;
    }
    if (members.length < want) return { items };
    examined += members.length;
  }
  return cursor === undefined ? { items } : { items, continueToken: cursor };
}

function startOf(submittedBeforeMs: number | undefined): string | undefined {
  return submittedBeforeMs === undefined ? undefined : firstMemberAt(submittedBeforeMs);
}

function listsToRead({ namespace, phases }: ListQuery): readonly string[] {
  if (phases === undefined || phases.length === 0) {
    return [namespace === undefined ? keys.indexAll : keys.indexNamespace(namespace)];
  }
  return [...new Set(phases)].map((phase) =>
    namespace === undefined ? keys.indexPhase(phase) : keys.indexNamespacePhase(namespace, phase),
  );
}

/** The newest members of all lists together, at most `count`, before the cursor and from the oldest on. */
async function newestMembers(
  redis: RedisClient,
  lists: readonly string[],
  { cursor, oldest }: { readonly cursor: string | undefined; readonly oldest: string },
  count: number,
): Promise<readonly string[]> {
  const from = cursor === undefined ? "+" : `(${cursor}`;
  const slices = await Promise.all(lists.map((list) => redis.zrevrangebylex(list, from, oldest, "LIMIT", 0, count)));
  if (slices.length === 1) return slices[0] ?? [];
  // A workflow that changes its phase between two of the reads is in both; it counts once.
  return [...new Set(slices.flat())].sort().reverse().slice(0, count);
}

async function summariesOf(
  redis: RedisClient,
  members: readonly string[],
): Promise<readonly (WorkflowSummary | undefined)[]> {
  const texts = await Promise.all(members.map((member) => redis.hget(keys.indexEntry(uidOfMember(member)), "summary")));
  return texts.map((text) => (text === null ? undefined : (JSON.parse(text) as WorkflowSummary)));
}

function matches(summary: WorkflowSummary, query: ListQuery): boolean {
  // The lists are read before the summaries, so a summary may have moved on since.
  if (query.phases !== undefined && query.phases.length > 0 && !query.phases.includes(summary.phase)) return false;
  if (query.namePrefix !== undefined && !summary.name.startsWith(query.namePrefix)) return false;
  return (query.labels ?? []).every((term) => matchesLabel(summary.labels[term.key], term));
}

function matchesLabel(
  value: string | undefined,
  { operator, values }: NonNullable<ListQuery["labels"]>[number],
): boolean {
  switch (operator) {
    case "exists":
      return value !== undefined;
    case "!exists":
      return value === undefined;
    case "=":
    case "in":
      return value !== undefined && values.includes(value);
    // As in Kubernetes, a workflow without the label differs from every value.
    case "!=":
    case "notin":
      return value === undefined || !values.includes(value);
  }
}
