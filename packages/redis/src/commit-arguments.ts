import { assert, type ShardCommit, type WorkflowCommit, type WorkflowPhase } from "@capstan/core";
import { channels, keys } from "./keys.ts";
import { nextStreamId } from "./stream.ts";

type CommitArgument = string | number;

/** Entries that a workflow's change log keeps; a watcher that is further behind gets the workflow anew. */
const logEntriesMax = 500;
/** How long the change log of a finished or deleted workflow stays. */
const finishedLogMs = 3_600_000;

const finishedPhases: ReadonlySet<WorkflowPhase> = new Set(["Succeeded", "Failed", "Error"]);

/**
 * The flat list that `commit.lua` reads. Flat strings and not one packed value: the server hands them to Lua without
 * parsing, and most of them go into their key as they are.
 */
export function commitArguments(shard: number, lease: string, commit: ShardCommit): readonly CommitArgument[] {
  const through = commit.inboxThroughId ?? "";
  const list: CommitArgument[] = [
    ...[lease, through, through === "" ? "" : nextStreamId(through)],
    ...[channels.workflowsChanged, logEntriesMax, finishedLogMs],
    ...[commit.afterCommits ?? "", commit.firedTimers.length],
  ];
  for (const timer of commit.firedTimers) {
    list.push(timer.workflowUid, timer.timerId, timer.dueAtMs, keys.workflowTimers(shard, timer.workflowUid));
  }
  list.push(commit.workflows.length);
  for (const workflow of commit.workflows) pushWorkflow(list, shard, workflow);
  list.push(commit.outbox.length);
  for (const message of commit.outbox) list.push(JSON.stringify(message));
  return list;
}

function pushWorkflow(list: CommitArgument[], shard: number, workflow: WorkflowCommit): void {
  const { uid, header } = workflow;
  assert(!uid.includes(" "), "a uid holds no space");
  list.push(uid, keys.workflow(shard, uid), keys.workflowNodes(shard, uid));
  list.push(keys.workflowTimers(shard, uid), keys.workflowLog(shard, uid));
  pushCreation(list, workflow.created);
  list.push(header === undefined ? "" : JSON.stringify(header));
  list.push(header !== undefined && finishedPhases.has(header.phase) ? 1 : 0);
  list.push(workflow.nodes.length);
  for (const node of workflow.nodes) list.push(node.id, JSON.stringify(node));
  list.push(workflow.removedNodeIds.length);
  for (const id of workflow.removedNodeIds) list.push(id);
  list.push(workflow.timers.length);
  for (const timer of workflow.timers) {
    list.push(timer.timerId, timer.type === "set-timer" ? timer.dueAtMs : "");
  }
  list.push(workflow.deleted ? 1 : 0);
}

function pushCreation(list: CommitArgument[], created: WorkflowCommit["created"]): void {
  if (created === undefined) {
    list.push(0);
    return;
  }
  const { namespace, name } = created.bundle.workflow.metadata;
  assert(namespace && name, "a created workflow has namespace and name");
  list.push(1, JSON.stringify(created.bundle), created.submittedAtMs, namespace, name);
}
