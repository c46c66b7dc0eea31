import type { ListPage, ListQuery, WorkflowReader, WorkflowSummary } from "@capstan/core";
import { limits } from "./limits.ts";

/**
 * A page of a list whose filter the index does not know as a whole: looks through pages of the index until enough is found. What it looks at is
 * bounded, so a page may be short; its token says where to go on.
 */
export async function collectPage(
  reader: Pick<WorkflowReader, "list">,
  query: ListQuery,
  keep: (summary: WorkflowSummary) => boolean,
  indexPagesMax = Number.POSITIVE_INFINITY,
): Promise<ListPage> {
  const items: WorkflowSummary[] = [];
  const { continueToken, ...rest } = query;
  let token = continueToken;
  let scanned = 0;
  for (let pages = 1; ; pages++) {
    const page = await reader.list({
      ...rest,
      // The token stands behind the whole page, so never more than what is still wanted.
      limit: query.limit - items.length,
      ...(token !== undefined && token !== "" && { continueToken: token }),
    });
    items.push(...page.items.filter(keep));
    scanned += page.items.length;
    token = page.continueToken;
    if (token === undefined) return { items };
    const isEnough = items.length >= query.limit || scanned >= limits.listScanMax || pages >= indexPagesMax;
    if (isEnough) return { items, continueToken: token };
  }
}
