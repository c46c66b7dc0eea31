// The pure engine alone: decide, with what a commit writes put together, and no I/O.
// Runs alone too: `node tests/bench/engine.ts`.
import { type EnginePolicy, engine, type Task, type WorkflowBundle, type WorkflowCommit } from "@capstan/core";
import { type BenchRow, printRows, quantile } from "./report.ts";
import { chainWorkflow, fanOutWorkflow } from "./workflows.ts";

const policy: EnginePolicy = {
  activeTasksMax: 1_000,
  recursionDepthMax: 100,
  defaultPool: "default",
  bid: { k: 0.05, thetaSeconds: 60, secondsPerPriority: 60, defaultTaskSeconds: 30 },
};

const fanOuts = [100, 1_000, 10_000, 100_000];
const chainLength = 1_000;
/** Small workflows are repeated until about so many events have been decided. */
const eventsPerRound = 100_000;
const rounds = 3;
const eventsPerSecondTarget = 50_000;
const ratioTarget = 1.5;

/** Events a second for fan-outs and a chain, and how the cost of an event grows with the workflow. */
export async function runEngineBench(): Promise<readonly BenchRow[]> {
  const workflows = [
    ...fanOuts.map((tasks) => ({
      name: `fan-out of ${tasks.toLocaleString("en-US")}`,
      manifest: fanOutWorkflow(tasks),
    })),
    { name: `chain of ${chainLength.toLocaleString("en-US")}`, manifest: chainWorkflow(chainLength) },
  ];
  const rates = workflows.map(({ manifest }) => eventRate(bundleOf(manifest)));
  const rows: BenchRow[] = workflows.map(({ name }, index) => rateRow(`engine: ${name}`, rates[index] ?? Number.NaN));
  const ratio = (rates[0] ?? Number.NaN) / (rates[fanOuts.length - 1] ?? Number.NaN);
  rows.push({
    name: "engine: cost of an event, 100,000 tasks against 100",
    value: ratio,
    unit: "times",
    target: `<= ${ratioTarget}`,
    reached: ratio <= ratioTarget,
  });
  return rows;
}

function rateRow(name: string, value: number): BenchRow {
  const target = `>= ${eventsPerSecondTarget.toLocaleString("en-US")}`;
  return { name, value, unit: "events/s", target, reached: value >= eventsPerSecondTarget };
}

/** The median rate of some rounds, after one for the compiler. */
function eventRate(bundle: WorkflowBundle): number {
  const events = runWorkflow(bundle);
  const repetitions = Math.max(1, Math.round(eventsPerRound / events));
  const rates: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startMs = performance.now();
    for (let repetition = 0; repetition < repetitions; repetition++) runWorkflow(bundle);
    rates.push((repetitions * events * 1_000) / (performance.now() - startMs));
  }
  return quantile(rates, 0.5);
}

/** Runs one workflow to its end: every task starts and succeeds in the order in which it was asked for. Answers the number of events. */
function runWorkflow(bundle: WorkflowBundle): number {
  const context = { uid: "uid-1", nowMs: Date.UTC(2026, 0, 1), policy };
  let events = 1;
  let decided = engine.decide(undefined, { type: "workflow-submitted", bundle }, context);
  const open: (Task | undefined)[] = [];
  let written = take(decided.decision, open);
  // Read through an index: shifting a long list would cost more than the engine.
  for (let index = 0; index < open.length; index++) {
    const { nodeId = "", attempt = 0 } = open[index] ?? {};
    // A task is the queue's once it is committed: the engine does not keep it, nor does the benchmark.
    open[index] = undefined;
    const startedAtMs = context.nowMs;
    decided = engine.decide(decided.state, { type: "task-started", nodeId, attempt, startedAtMs }, context);
    written = take(decided.decision, open) ?? written;
    const outcome = { phase: "Succeeded" as const, startedAtMs, finishedAtMs: startedAtMs + 1 };
    context.nowMs += 1;
    decided = engine.decide(decided.state, { type: "task-finished", nodeId, attempt, outcome }, context);
    written = take(decided.decision, open) ?? written;
    events += 2;
  }
  if (written?.header?.phase !== "Succeeded") throw new Error(`the workflow ended as ${written?.header?.phase}`);
  return events;
}

/** What the shard loop would commit of a decision; collects the tasks that it starts. */
function take(
  decision: ReturnType<typeof engine.decide>["decision"],
  open: (Task | undefined)[],
): WorkflowCommit | undefined {
  for (const command of decision.commands) if (command.type === "start-task") open.push(command.task);
  if (decision.ignored !== undefined) throw new Error(`the engine ignored an event: ${decision.ignored}`);
  const commit: WorkflowCommit = {
    uid: "uid-1",
    ...(decision.header !== undefined && { header: decision.header }),
    nodes: decision.nodes,
    removedNodeIds: decision.removedNodeIds,
    timers: decision.timers,
    deleted: decision.deleted,
  };
  return commit.header === undefined ? undefined : commit;
}

function bundleOf(manifest: object): WorkflowBundle {
  const parsed: WorkflowBundle["workflow"] = JSON.parse(JSON.stringify(manifest));
  const metadata = { ...parsed.metadata, name: "bench", namespace: "default", uid: "uid-1" };
  return { workflow: { ...parsed, metadata }, workflowTemplates: {}, configMaps: {} };
}

if (import.meta.main) printRows(await runEngineBench());
