import { env } from "node:process";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { WorkflowBundle } from "../spec/workflow.ts";
import { failureCauses } from "../view/failure-causes.ts";
import { shortCause } from "../view/short-cause.ts";
import { WorkflowView } from "../view/workflow-view.ts";
import type { Decision } from "./decision.ts";
import type { WorkflowEvent } from "./event.ts";
import { MachineState } from "./state.ts";
import { DrivenWorkflow } from "./testing/driven-workflow.ts";
import { randomWorkflow } from "./testing/random-workflow.ts";
import { testPolicy } from "./testing/replay-status.ts";

/** What the world does next: which task it takes up, and what comes of it. */
type Move = readonly [kind: number, choice: number];

/** More runs than a test's usual ones, for a night. */
const runsFactor = Number(env["CAPSTAN_PROPERTY_RUNS_FACTOR"] ?? 1);

const moves = () => fc.array(fc.tuple(fc.nat({ max: 99 }), fc.nat({ max: 1_000 })), { maxLength: 60 });
const policy = { ...testPolicy, activeTasksMax: 5 };

function eventOf(driven: DrivenWorkflow, [kind, choice]: Move): WorkflowEvent | undefined {
  const live = [...driven.waiting.values(), ...driven.running.values()];
  const task = live[choice % Math.max(1, live.length)];
  if (kind < 30 && task !== undefined) return driven.startEvent(task);
  if (kind < 70 && task !== undefined) return driven.finishEvent(task, "Succeeded");
  if (kind < 82 && task !== undefined) return driven.finishEvent(task, choice % 3 === 0 ? "Error" : "Failed");
  if (kind < 87) {
    const old = driven.ended[choice % Math.max(1, driven.ended.length)];
    return old === undefined ? undefined : driven.finishEvent(old, "Failed");
  }
  if (kind < 93) {
    const timerId = driven.dueTimer();
    return timerId === undefined ? undefined : { type: "timer-due", timerId };
  }
  if (kind === 93) return { type: "suspend-requested" };
  if (kind < 97) return { type: "resume-requested" };
  if (kind === 97) return { type: "stop-requested" };
  if (kind === 98) return { type: "terminate-requested" };
  return { type: "retry-requested", restartSuccessful: false, parameters: [] };
}

function apply(driven: DrivenWorkflow, event: WorkflowEvent): Decision {
  if ("nodeId" in event) {
    for (const task of [...driven.waiting.values(), ...driven.running.values()]) {
      if (task.nodeId === event.nodeId && task.attempt === event.attempt) driven.answer(task, event);
    }
  }
  driven.nowMs += 1_000;
  return driven.decide(event);
}

/** Lets everything that still runs succeed, until nothing is left to do. */
function drain(driven: DrivenWorkflow): void {
  for (let step = 0; step < 3_000 && !driven.isEnded; step++) {
    const task = driven.running.values().next().value ?? driven.waiting.values().next().value;
    if (driven.header?.suspended === true) apply(driven, { type: "resume-requested" });
    else if (task !== undefined) apply(driven, driven.finishEvent(task, "Succeeded"));
    else {
      const timerId = driven.dueTimer();
      if (timerId === undefined) return;
      apply(driven, { type: "timer-due", timerId });
    }
  }
}

function describeTree(driven: DrivenWorkflow): string {
  const lines = [...driven.nodes.values()].map(
    ({ name, type, phase, message }) => `${name} ${type} ${phase} ${message ?? ""}`,
  );
  return [`${driven.header?.phase} ${driven.header?.message ?? ""}`, ...lines].join("\n");
}

const property = (check: (bundle: WorkflowBundle, moves: readonly Move[]) => void, numRuns: number) =>
  fc.assert(fc.property(randomWorkflow(), moves(), check), { numRuns: numRuns * runsFactor });

test("every workflow ends, whatever its tasks do", () => {
  property((bundle, list) => {
    const driven = new DrivenWorkflow(bundle, policy);
    driven.submit();
    for (const move of list) {
      const event = eventOf(driven, move);
      if (event !== undefined) apply(driven, event);
    }
    drain(driven);
    expect(driven.isEnded, describeTree(driven)).toBe(true);
    const open = [...driven.nodes.values()].filter(
      ({ type, phase }) => type === "Pod" && (phase === "Pending" || phase === "Running"),
    );
    expect(open.map(({ name }) => name)).toEqual([]);
  }, 300);
});

test("a short cause, of what failed and what is around it, counts the causes that all nodes together have", () => {
  property((bundle, list) => {
    const driven = new DrivenWorkflow(bundle, policy);
    driven.submit();
    for (const move of list) {
      const event = eventOf(driven, move);
      if (event !== undefined) apply(driven, event);
    }
    const { header, nodes } = driven;
    if (header === undefined) throw new Error("nothing was submitted");
    const { items, total } = failureCauses(new WorkflowView(header, nodes.values()), 1);
    const said = shortCause(undefined, { header, nodes });
    if (total > 1) expect(said, describeTree(driven)).toMatch(new RegExp(`, and ${total - 1} more$`));
    else expect(said === undefined, describeTree(driven)).toBe((items[0]?.path.length ?? 0) === 0);
  }, 300);
});

test("a machine that was loaded decides what the live one decides", () => {
  property((bundle, list) => {
    const driven = new DrivenWorkflow(bundle, policy);
    driven.submit();
    for (const move of list) {
      const event = eventOf(driven, move);
      if (event === undefined) continue;
      driven.nowMs += 1_000;
      const loaded = driven.decideAfterLoad(event);
      driven.nowMs -= 1_000;
      expect(loaded, describeTree(driven)).toEqual(apply(driven, event));
    }
  }, 300);
});

test("a replay of the events gives the same nodes", () => {
  property((bundle, list) => {
    const driven = new DrivenWorkflow(bundle, policy);
    driven.submit();
    for (const move of list) {
      const event = eventOf(driven, move);
      if (event !== undefined) apply(driven, event);
    }
    const again = new DrivenWorkflow(bundle, policy);
    for (const { event, nowMs } of driven.events) {
      again.nowMs = nowMs;
      again.decide(event);
    }
    expect([...again.nodes]).toEqual([...driven.nodes]);
    expect(again.header).toEqual(driven.header);
  }, 100);
});

test("limits hold at every moment, and no finished node changes its phase", () => {
  property((bundle, list) => {
    const { hooks: _hooks, onExit: _onExit, ...spec } = bundle.workflow.spec;
    const templates = (spec.templates ?? []).map((template) => JSON.parse(JSON.stringify(template, withoutHooks)));
    const plain = { ...bundle, workflow: { ...bundle.workflow, spec: { ...spec, templates } } };
    const driven = new DrivenWorkflow(plain, policy);
    driven.submit();
    for (const move of list) {
      const event = eventOf(driven, move);
      if (event === undefined || event.type === "retry-requested") continue;
      const before = new Map(driven.nodes);
      apply(driven, event);
      for (const [id, { phase }] of before) {
        if (phase === "Pending" || phase === "Running") continue;
        expect(driven.nodes.get(id)?.phase).toBe(phase);
      }
      if (!(driven.state instanceof MachineState)) continue;
      const { counts, activeLeaves } = driven.state;
      expect(activeLeaves.size).toBeLessThanOrEqual(policy.activeTasksMax);
      if (spec.parallelism !== undefined) expect(counts.activePods).toBeLessThanOrEqual(spec.parallelism);
      for (const frame of driven.state.frames.values()) {
        const limit = frame.template?.parallelism;
        if (limit !== undefined) expect(counts.of(frame.nodeId).activeChildren).toBeLessThanOrEqual(limit);
      }
    }
  }, 200);
});

test("after a manual retry in which all succeeds, the workflow succeeds", () => {
  property((bundle, list) => {
    // A failure that something went on from with success is not run again, as in Argo.
    const plain: WorkflowBundle = JSON.parse(JSON.stringify(bundle, withoutGoingOn));
    const driven = new DrivenWorkflow(plain, policy);
    driven.submit();
    for (const move of list) {
      const event = eventOf(driven, move);
      if (event !== undefined && event.type !== "retry-requested") apply(driven, event);
    }
    drain(driven);
    if (driven.header?.phase === "Succeeded") return;
    apply(driven, { type: "retry-requested", restartSuccessful: false, parameters: [] });
    drain(driven);
    expect(driven.header?.phase, describeTree(driven)).toBe("Succeeded");
  }, 200);
});

function withoutGoingOn(key: string, value: unknown): unknown {
  return key === "continueOn" || key === "depends" ? undefined : value;
}

function withoutHooks(key: string, value: unknown): unknown {
  return key === "hooks" || key === "onExit" ? undefined : value;
}
