import type { Outputs } from "../../spec/arguments.ts";
import type { Template } from "../../spec/template.ts";
import type { WorkflowBundle, WorkflowSpec } from "../../spec/workflow.ts";
import type { Task, TaskPhase } from "../../task.ts";
import type { WorkflowEvent } from "../event.ts";
import { DrivenWorkflow } from "./driven-workflow.ts";
import { testPolicy } from "./replay-status.ts";

/** What a task's node answers, by its name without the workflow's; tasks without an answer succeed. */
export interface Answers {
  readonly [node: string]: {
    readonly phase?: TaskPhase | "runs";
    readonly message?: string;
    readonly outputs?: Outputs;
    readonly daemoned?: boolean;
    readonly podIP?: string;
  };
}

export interface Played {
  readonly driven: DrivenWorkflow;
  /** Phase and message of the workflow. */
  readonly result: string;
  /** One line a node, in order of creation: name without the workflow's, type, phase, message. */
  readonly tree: readonly string[];
  /** The tasks that were started, by node, with the arguments of their containers. */
  readonly started: { readonly [node: string]: unknown };
}

export const echo: Template = {
  name: "echo",
  inputs: { parameters: [{ name: "text", default: "-" }] },
  container: { image: "any", args: ["{{inputs.parameters.text}}"] },
};

export function specOf(templates: readonly Template[], more: Partial<WorkflowSpec> = {}): WorkflowSpec {
  return { entrypoint: "main", templates: [...templates, echo], ...more };
}

/** Runs a workflow named "wf" until nothing moves any more; `controls` are sent once, when that is so for the first time. */
export function play(
  spec: WorkflowSpec,
  answers: Answers = {},
  controls: readonly WorkflowEvent[] = [],
  bundle: Partial<WorkflowBundle> = {},
): Played {
  const driven = new DrivenWorkflow(
    {
      workflow: {
        apiVersion: "argoproj.io/v1alpha1",
        kind: "Workflow",
        metadata: { name: "wf", namespace: "default", creationTimestamp: "2026-01-02T03:04:05Z" },
        spec,
      },
      workflowTemplates: {},
      configMaps: {},
      ...bundle,
    },
    testPolicy,
  );
  const started: { [node: string]: unknown } = {};
  const decide = (event: WorkflowEvent) => {
    driven.nowMs += 1_000;
    for (const command of driven.decide(event).commands) {
      if (command.type === "start-task") started[shortName(command.task.nodeName)] = argumentsOf(command.task);
    }
  };
  driven.nowMs -= 1_000;
  const first = driven.submit();
  for (const command of first.commands) {
    if (command.type === "start-task") started[shortName(command.task.nodeName)] = argumentsOf(command.task);
  }
  settle(driven, answers, decide);
  for (const event of controls) {
    decide(event);
    settle(driven, answers, decide);
  }
  const { phase, message } = driven.header ?? { phase: "" };
  const nodes = [...driven.nodes.values()].sort(
    (left, right) => (left.links?.ordinal ?? 0) - (right.links?.ordinal ?? 0),
  );
  return {
    driven,
    result: message === undefined ? phase : `${phase}: ${message}`,
    tree: nodes.map(({ name, type, phase: nodePhase, message: text }) =>
      [shortName(name), type, nodePhase, ...(text ? [`(${text})`] : [])].join(" "),
    ),
    started,
  };
}

function settle(driven: DrivenWorkflow, answers: Answers, decide: (event: WorkflowEvent) => void): void {
  for (let step = 0; step < 2_000; step++) {
    const task =
      driven.waiting.values().next().value ?? [...driven.running.values()].find((one) => !staysRunning(one, answers));
    if (task === undefined) {
      const timerId = driven.header?.suspended === true ? undefined : nextTimer(driven);
      if (timerId === undefined) return;
      decide({ type: "timer-due", timerId });
      continue;
    }
    const answer = answers[shortName(task.nodeName)] ?? {};
    const isStarted = driven.running.has(task.id);
    const event = isStarted ? finishEvent(driven, task, answer) : startEvent(driven, task, answer);
    driven.answer(task, event);
    decide(event);
  }
}

/** Timers of deadlines fire only when nothing else is left, which is what "in time" means here. */
function nextTimer(driven: DrivenWorkflow): string | undefined {
  return driven.isEnded ? undefined : driven.dueTimer();
}

function staysRunning(task: Task, answers: Answers): boolean {
  const answer = answers[shortName(task.nodeName)];
  return answer?.phase === "runs" || answer?.daemoned === true;
}

function startEvent(driven: DrivenWorkflow, task: Task, answer: Answers[string]): WorkflowEvent {
  return {
    type: "task-started",
    nodeId: task.nodeId,
    attempt: task.attempt,
    startedAtMs: driven.nowMs,
    ...(answer.daemoned === true && { daemoned: true }),
    ...(answer.podIP !== undefined && { podIP: answer.podIP }),
  };
}

function finishEvent(driven: DrivenWorkflow, task: Task, answer: Answers[string]): WorkflowEvent {
  return {
    type: "task-finished",
    nodeId: task.nodeId,
    attempt: task.attempt,
    outcome: {
      phase: answer.phase === "Failed" || answer.phase === "Error" ? answer.phase : "Succeeded",
      ...(answer.message !== undefined && { message: answer.message }),
      ...(answer.outputs !== undefined && { outputs: answer.outputs }),
      startedAtMs: driven.nowMs,
      finishedAtMs: driven.nowMs,
    },
  };
}

function argumentsOf(task: Task): unknown {
  const { container, script, http } = task.template;
  return container?.args ?? script?.source ?? http ?? null;
}

function shortName(nodeName: string): string {
  return nodeName === "wf" ? "wf" : nodeName.replace(/^wf\.?/, "");
}
