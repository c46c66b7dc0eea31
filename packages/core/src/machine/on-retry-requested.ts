import { linkNodes } from "../graph/link-nodes.ts";
import type { Json } from "../json.ts";
import { matchesNode } from "../project/node-selector.ts";
import type { Outputs } from "../spec/arguments.ts";
import type { NodeLinks, NodeStatus, WorkflowHeader } from "../status.ts";
import { nodeInputs } from "./call.ts";
import { ExecutedSpec } from "./executed-spec.ts";
import { phaseLabels } from "./finish-workflow.ts";
import type { EventOf, Handler } from "./handler.ts";
import { runsOf } from "./manual-runs.ts";
import { planManualRetry } from "./plan-manual-retry.ts";
import { prepareAgain, rebuildFrames, wakeEverything } from "./rebuild-frames.ts";
import { retentionTimer, workflowDeadlineTimer } from "./timers.ts";
import type { Turn } from "./turn.ts";
import { workflowDeadlineMs } from "./workflow-deadline.ts";
import { rootNode } from "./workflow-variables.ts";

export const onRetryRequested: Handler<"retry-requested"> = (turn, event) => {
  const { state } = turn;
  const { phase } = state.header;
  const isSelective = event.restartSuccessful && (event.nodes?.terms.length ?? 0) > 0;
  if (phase === "Succeeded" && !isSelective) {
    return "To retry a succeeded workflow, set the options restartSuccessful and nodeFieldSelector";
  }
  if (phase !== "Failed" && phase !== "Error" && phase !== "Succeeded")
    return `Cannot retry a workflow in phase ${phase}`;
  const overrides = parseParameters(event.parameters);
  if (overrides === undefined) return "expected parameter of the form: NAME=VALUE";
  const { nodes: selector } = event;
  const plan = planManualRetry({
    nodes: linkNodes(state.nodes.values()),
    workflowName: state.name,
    isChosen: (node) => isSelective && selector !== undefined && matchesNode(selector, node),
    hasParameters: event.parameters.length > 0,
  });
  for (const id of plan.removed) turn.removeNode(id);
  for (const id of plan.reset) resetNode(turn, id);
  state.rebuildLoops();
  reopen(turn, overrides);
  if (event.parameters.length > 0) renewEntry(turn);
  rebuildFrames(turn);
  wakeEverything(turn);
  return undefined;
};

function parseParameters(texts: EventOf<"retry-requested">["parameters"]): { [name: string]: Json } | undefined {
  const values: { [name: string]: Json } = {};
  for (const text of texts) {
    const equals = text.indexOf("=");
    if (equals < 1) return undefined;
    values[text.slice(0, equals)] = text.slice(equals + 1);
  }
  return values;
}

function resetNode(turn: Turn, id: string): void {
  const node = turn.state.nodes.get(id);
  if (node === undefined) return;
  const { message: _m, finishedAtMs: _finished, runStartedAtMs: _run, daemoned: _daemoned, ...rest } = node;
  const { ends: _ends, ...links } = node.links ?? { ordinal: 0 };
  const outputs = node.type === "Suspend" ? unsupplied(node.outputs) : node.outputs;
  turn.replaceNode({
    ...rest,
    phase: node.phase === "Skipped" ? "Skipped" : "Running",
    startedAtMs: turn.nowMs,
    links: links as NodeLinks,
    ...(outputs !== undefined && { outputs }),
  } as NodeStatus);
}

function unsupplied(outputs: Outputs | undefined): Outputs | undefined {
  if (outputs?.parameters === undefined) return outputs;
  return { ...outputs, parameters: outputs.parameters.map(({ name }) => ({ name, valueFrom: { supplied: {} } })) };
}

/** What the entrypoint had of the workflow's arguments, it has of the new ones, its attempts too; all other nodes get theirs when they start anew. */
function renewEntry(turn: Turn): void {
  const { state } = turn;
  const main = rootNode(state);
  if (main === undefined) return;
  const { parameters, artifacts } = state.spec.arguments;
  const inputs = { ...(parameters !== undefined && { parameters }), ...(artifacts !== undefined && { artifacts }) };
  const attempts =
    main.type === "Retry" ? [...state.nodes.values()].filter(({ links }) => links?.owner === main.id) : [];
  for (const node of [main, ...attempts]) {
    const prepared = prepareAgain(turn, { ...node, inputs });
    if (prepared !== undefined) turn.replaceNode({ ...node, ...nodeInputs(prepared.template) });
  }
}

/** The workflow runs again, as if it had been started now. */
function reopen(turn: Turn, overrides: { readonly [name: string]: Json }): void {
  const { state } = turn;
  const { message: _message, cause: _cause, finishedAtMs: _at, shutdown: _shutdown, ...header } = state.header;
  const { machine } = header;
  const earlier = machine["parameters"];
  const known = typeof earlier === "object" && earlier !== null && !Array.isArray(earlier) ? earlier : {};
  const reopened: WorkflowHeader = {
    ...header,
    phase: "Running",
    startedAtMs: turn.nowMs,
    suspended: false,
    labels: { ...header.labels, ...phaseLabels("Running") },
    conditions: [{ type: "Completed", status: "False" }],
    machine: {
      ...machine,
      // Removed nodes come again under the same ids; their tasks must not be taken for the earlier ones.
      runs: runsOf(header) + 1,
      nextOrdinal: state.nextOrdinal,
      parameters: { ...known, ...overrides },
    },
  };
  state.header = reopened;
  state.spec = new ExecutedSpec(state.uid, state.bundle, reopened, state.submittedAtMs);
  turn.clearTimer(retentionTimer);
  const deadline = workflowDeadlineMs(state);
  if (deadline !== undefined) turn.setTimer(workflowDeadlineTimer, deadline);
}
