import type { WorkflowSummary } from "@capstan/core";

const timeDigits = 15;

/**
 * A workflow's member in the lists. All members have the score 0 and sort by their text: time of submit, then uid. So a page
 * can start exactly after a member, also among those of one millisecond and also when that member is gone.
 */
export function listMember(summary: Pick<WorkflowSummary, "submittedAtMs" | "uid">): string {
  return `${firstMemberAt(summary.submittedAtMs)}.${summary.uid}`;
}

/** What sorts before every member of that time, and behind all earlier ones. */
export function firstMemberAt(atMs: number): string {
  return String(Math.max(0, Math.floor(atMs))).padStart(timeDigits, "0");
}

export function uidOfMember(member: string): string {
  return member.slice(timeDigits + 1);
}
