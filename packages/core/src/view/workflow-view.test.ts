import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { NodePhase, NodeStatus, WorkflowHeader } from "../status.ts";
import { criticalPath } from "./critical-path.ts";
import { failureCauses } from "./failure-causes.ts";
import { findNodes } from "./find-nodes.ts";
import { happenings } from "./happenings.ts";
import { heatStrip } from "./heat-strip.ts";
import { momentsOf } from "./moments.ts";
import { suspendedSteps } from "./suspended-steps.ts";
import { type Vertex, viewLimits, visibleGraph } from "./visible-graph.ts";
import { WorkflowView } from "./workflow-view.ts";

const header = { phase: "Running", progress: "0/1", startedAtMs: 0 } as WorkflowHeader;
const nothing = { expand: new Set<string>(), collapse: new Set<string>() };

let ordinal = 0;
function node(
  id: string,
  links: Partial<NonNullable<NodeStatus["links"]>>,
  changes: Partial<NodeStatus> = {},
): NodeStatus {
  return {
    ...{ id, name: `wf.${id}`, displayName: id, type: "Pod", phase: "Succeeded" },
    ...changes,
    links: { ordinal: ordinal++, ...links },
  };
}

/** main: steps [0] of a loop `fan` with `items` items, and [1] of one step `last`; then an exit handler. */
function workflow(items: number, phaseOf: (index: number) => NodePhase = () => "Succeeded"): readonly NodeStatus[] {
  ordinal = 0;
  return [
    node("main", {}, { type: "Steps", startedAtMs: 0, finishedAtMs: 90 }),
    node("g0", { owner: "main", parent: "main" }, { type: "StepGroup", startedAtMs: 0, finishedAtMs: 50 }),
    ...Array.from({ length: items }, (_, index) =>
      node(
        `fan${index}`,
        { owner: "main", parent: "g0", slot: "fan", index },
        { phase: phaseOf(index), startedAtMs: 0, runStartedAtMs: 5, finishedAtMs: 10 + index },
      ),
    ),
    node("g1", { owner: "main", after: ["g0"] }, { type: "StepGroup", startedAtMs: 50, finishedAtMs: 90 }),
    node(
      "last",
      { owner: "main", parent: "g1", slot: "last" },
      { startedAtMs: 50, runStartedAtMs: 60, finishedAtMs: 90 },
    ),
    node("bye", { exit: true }, { nodeFlag: { hooked: true }, startedAtMs: 90, runStartedAtMs: 91, finishedAtMs: 99 }),
  ];
}

function drawn(vertices: readonly Vertex[]): readonly string[] {
  return vertices.map(({ id, container }) => `${container ?? "-"} > ${id}`);
}

describe("what is drawn", () => {
  test("a short loop is opened, and stands in its group as one", () => {
    expect(drawn(visibleGraph(new WorkflowView(header, workflow(2)), nothing))).toEqual([
      ...[
        "- > main",
        "main > g0",
        "g0 > g0/fan",
        "g0/fan > fan0",
        "g0/fan > fan1",
        "main > g1",
        "g1 > last",
        "- > bye",
      ],
    ]);
  });

  test("a long loop is one vertex with a strip and counts, until it is opened", () => {
    const view = new WorkflowView(
      header,
      workflow(1_000, (index) => (index === 500 ? "Failed" : "Succeeded")),
    );
    const closed = visibleGraph(view, nothing).find(({ id }) => id === "g0/fan");
    expect(closed).toMatchObject({ kind: "Loop", phase: "Failed", childCount: 1_000, expanded: false });
    expect(closed?.counts).toEqual({ Succeeded: 999, Failed: 1 });
    expect(closed?.strip).toMatch(/^s+Ss+$/);
    const opened = visibleGraph(view, { ...nothing, expand: new Set(["g0/fan"]) });
    expect(opened.filter(({ container }) => container === "g0/fan")).toHaveLength(1_000);
  });

  test("of too many, those that failed are shown, and the rest as one", () => {
    const count = viewLimits.childrenMax + 100;
    const view = new WorkflowView(
      header,
      workflow(count, (index) => (index === count - 1 ? "Error" : "Succeeded")),
    );
    const shown = visibleGraph(view, { ...nothing, expand: new Set(["g0/fan"]) }).filter(
      (one) => one.container === "g0/fan",
    );
    expect(shown).toHaveLength(viewLimits.childrenMax + 1);
    expect(shown.some(({ phase }) => phase === "Error")).toBe(true);
    expect(shown.at(-1)).toMatchObject({ kind: "More", childCount: 100 });
  });

  test("of too many, the one that is looked for is shown, in its place", () => {
    const count = viewLimits.childrenMax + 100;
    const view = new WorkflowView(header, workflow(count));
    const asked = { ...nothing, expand: new Set(["g0/fan"]) };
    const shown = (focus: string) =>
      visibleGraph(view, { ...asked, focus })
        .filter((one) => one.container === "g0/fan")
        .map(({ id }) => id);
    expect(shown(`fan${count - 50}`).slice(-3)).toEqual([
      ...[`fan${viewLimits.childrenMax - 2}`, `fan${count - 50}`, "g0/fan/…"],
    ]);
    expect(shown("last")).not.toContain(`fan${count - 50}`);
    expect(shown("is not there")).toHaveLength(viewLimits.childrenMax + 1);
  });

  test("of two large loops, of which one alone has room, the one with what is looked for is shown", () => {
    ordinal = 0;
    const loop = (slot: string, phase: NodePhase) =>
      Array.from({ length: viewLimits.childrenMax }, (_, index) =>
        node(`${slot}${index}`, { owner: "main", parent: "g0", slot, index }, { phase }),
      );
    const view = new WorkflowView(header, [
      node("main", {}, { type: "Steps" }),
      node("g0", { owner: "main", parent: "main" }, { type: "StepGroup" }),
      ...loop("bad", "Failed"),
      ...loop("good", "Succeeded"),
    ]);
    const asked = { ...nothing, expand: new Set(["g0/bad", "g0/good"]) };
    const opened = (focus?: string) =>
      visibleGraph(view, { ...asked, focus }).flatMap(({ id, kind, expanded }) =>
        kind === "Loop" && expanded ? id : [],
      );
    expect(opened()).toEqual(["g0/bad"]);
    expect(opened("good7")).toEqual(["g0/good"]);
  });

  test("what the viewer closed stays closed", () => {
    const graph = visibleGraph(new WorkflowView(header, workflow(2)), { ...nothing, collapse: new Set(["main"]) });
    expect(drawn(graph)).toEqual(["- > main", "- > bye"]);
  });

  test("a retry's attempts follow each other", () => {
    ordinal = 0;
    const nodes = [
      node("main", {}, { type: "Retry" }),
      node("a0", { owner: "main", parent: "main" }, { phase: "Failed" }),
      node("a1", { owner: "main", parent: "main" }),
    ];
    const shown = visibleGraph(new WorkflowView(header, nodes), { ...nothing, expand: new Set(["main"]) });
    expect(shown.map(({ id, after }) => [id, after])).toEqual([
      ["main", []],
      ["a0", []],
      ["a1", ["a0"]],
    ]);
  });

  test("the exit handler follows the entrypoint", () => {
    const graph = visibleGraph(new WorkflowView(header, workflow(1)), nothing);
    expect(graph.at(-1)).toMatchObject({ id: "bye", after: ["main"], hooked: true });
  });
});

describe("changes", () => {
  const phases: readonly NodePhase[] = ["Pending", "Running", "Succeeded", "Failed"];

  test("give the same counts as reading everything anew", () => {
    const changes = fc.array(fc.tuple(fc.nat(9), fc.constantFrom(...phases, "gone" as const)), { maxLength: 60 });
    fc.assert(
      fc.property(changes, (list) => {
        const all = workflow(10, () => "Pending");
        const view = new WorkflowView(header, all);
        const now = new Map(all.map((one) => [one.id, one]));
        for (const [index, change] of list) {
          const id = `fan${index}`;
          const before = all.find((one) => one.id === id);
          if (before === undefined) continue;
          if (change === "gone") {
            now.delete(id);
            view.apply({ nodes: [], removedNodeIds: [id] });
          } else {
            const after = { ...before, phase: change };
            now.set(id, after);
            view.apply({ nodes: [after], removedNodeIds: [] });
          }
        }
        const anew = new WorkflowView(header, now.values());
        for (const id of ["", "main", "g0"]) expect(view.place(id)?.counts).toEqual(anew.place(id)?.counts);
      }),
    );
  });

  test("are drawn as if everything had been read anew, whatever was drawn before", () => {
    const changes = fc.array(fc.tuple(fc.nat(29), fc.constantFrom(...phases), fc.nat(99)), { maxLength: 30 });
    fc.assert(
      fc.property(changes, (list) => {
        const now = [...workflow(30, () => "Pending")];
        const view = new WorkflowView(header, now);
        for (const [index, phase, finishedAtMs] of list) {
          const at = now.findIndex(({ id }) => id === `fan${index}`);
          const { finishedAtMs: _, ...before } = now[at] as NodeStatus;
          now[at] = { ...before, phase, ...(phase !== "Pending" && phase !== "Running" && { finishedAtMs }) };
          view.apply({ nodes: [now[at]], removedNodeIds: [] });
          const anew = new WorkflowView(header, now);
          expect(visibleGraph(view, nothing)).toEqual(visibleGraph(anew, nothing));
          expect(criticalPath(view)).toEqual(criticalPath(anew));
        }
      }),
      { numRuns: 30 },
    );
  });

  test("leave nothing behind when nodes go and come again in any order, as a retry makes them", () => {
    const all = workflow(3);
    const ids = fc.shuffledSubarray(all.map(({ id }) => id));
    fc.assert(
      fc.property(fc.array(fc.tuple(ids, ids), { maxLength: 8 }), (rounds) => {
        const view = new WorkflowView(header, all);
        for (const [gone, back] of rounds) {
          view.apply({ nodes: [], removedNodeIds: gone });
          view.apply({ nodes: all.filter(({ id }) => back.includes(id)), removedNodeIds: [] });
        }
        view.apply({ nodes: all, removedNodeIds: [] });
        const anew = new WorkflowView(header, all);
        for (const id of ["", "main", "g0", "g0/fan", "g1"]) {
          const childrenOf = (of: WorkflowView) =>
            of
              .place(id)
              ?.children.map((child) => child.id)
              .sort();
          expect(view.place(id)?.counts).toEqual(anew.place(id)?.counts);
          expect(childrenOf(view)).toEqual(childrenOf(anew));
        }
        view.apply({ nodes: [], removedNodeIds: all.map(({ id }) => id) });
        expect([view.nodeCount, view.root.children, view.root.counts]).toEqual([0, [], {}]);
      }),
    );
  });

  test("a node counts as itself until something is in it", () => {
    ordinal = 0;
    const steps = node("main", {}, { type: "Steps", phase: "Running" });
    const view = new WorkflowView(header, [steps]);
    expect(view.place("")?.counts).toEqual({ Running: 1 });
    const group = node("g0", { owner: "main", parent: "main" }, { type: "StepGroup", phase: "Running" });
    const pod = node("a", { owner: "main", parent: "g0", slot: "a" }, { phase: "Failed" });
    view.apply({ nodes: [group, pod], removedNodeIds: [] });
    expect(view.place("")?.counts).toEqual({ Failed: 1 });
    view.apply({ nodes: [], removedNodeIds: ["a", "g0"] });
    expect(view.place("")?.counts).toEqual({ Running: 1 });
  });
});

test("the critical path leads through what ended last", () => {
  const path = criticalPath(new WorkflowView(header, workflow(3)));
  expect([...path].sort()).toEqual(["bye", "fan2", "g0", "g0/fan", "g1", "last", "main"]);
});

test("a moment shows what had begun, waited or ended by then", () => {
  const view = new WorkflowView({ ...header, phase: "Succeeded", finishedAtMs: 99 }, workflow(2));
  const at = (atMs: number) => {
    const past = view.at(atMs);
    return [past.header.phase, past.node("fan0")?.phase, past.node("fan1")?.phase, past.node("last")?.phase];
  };
  expect(at(3)).toEqual(["Running", "Pending", "Pending", undefined]);
  expect(at(10)).toEqual(["Running", "Succeeded", "Running", undefined]);
  expect(at(70)).toEqual(["Running", "Succeeded", "Succeeded", "Running"]);
  expect(at(100)).toEqual(["Succeeded", "Succeeded", "Succeeded", "Succeeded"]);
  expect(momentsOf(view, 4)).toHaveLength(4);
});

test("what happened comes in pages, the latest first, each thing once", () => {
  const view = new WorkflowView(header, workflow(30));
  const seen: string[] = [];
  let before: string | undefined;
  for (;;) {
    const page = happenings(view, before, 7);
    seen.push(...page.map(({ nodeId, what }) => `${nodeId} ${what}`));
    before = page.at(-1)?.place;
    if (page.length < 7) break;
  }
  expect(seen.slice(0, 3)).toEqual(["bye ended", "bye started", "bye created"]);
  // Three for each of 32 Pods, two for the steps; groups of steps are no happenings.
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toHaveLength(32 * 3 + 2);
});

describe("why it failed", () => {
  const failed = { phase: "Failed" } as const;
  const retry = { type: "Retry" } as const;
  const causesIn = (...nodes: readonly NodeStatus[]) =>
    failureCauses(new WorkflowView(header, nodes), 9).items.map(({ id, attempts }) => [id, attempts]);

  test("the innermost of what failed, the earliest first, of a retried step the last attempt", () => {
    const nodes = [
      node("main", {}, { type: "DAG", ...failed }),
      node("a", { owner: "main", slot: "a" }, { ...retry, ...failed }),
      node("a0", { owner: "a", parent: "a" }, { ...failed, finishedAtMs: 5 }),
      node("a1", { owner: "a", parent: "a" }, { ...failed, finishedAtMs: 9 }),
      node("b", { owner: "main", slot: "b" }, { type: "Steps", ...failed }),
      node("c", { owner: "b", slot: "c" }, { ...failed, finishedAtMs: 7 }),
    ];
    expect(causesIn(...nodes)).toEqual([
      ["c", undefined],
      ["a1", 2],
    ]);
    expect(failureCauses(new WorkflowView(header, nodes), 1)).toMatchObject({
      total: 2,
      items: [{ path: ["main", "b"] }],
    });
  });

  test("not what was made good: an attempt before the one that succeeded, a step that was allowed to fail", () => {
    const made = node("a", { owner: "main", slot: "a" }, retry);
    const first = node("a0", { owner: "a", parent: "a" }, failed);
    const again = node("a1", { owner: "a", parent: "a" });
    expect(causesIn(node("main", {}, { type: "DAG" }), made, first, again)).toEqual([]);
  });

  test("a container itself where nothing in it failed, and the items of a loop", () => {
    expect(causesIn(node("main", {}, { type: "DAG", ...failed }))).toEqual([["main", undefined]]);
    const loop = workflow(3, (index) => (index === 1 ? "Error" : "Succeeded"));
    const groups = loop.map((one) => (one.id === "main" || one.id === "g0" ? { ...one, ...failed } : one));
    expect(causesIn(...groups)).toEqual([["fan1", undefined]]);
  });
});

test("steps that wait for somebody are told in order of creation, and not those that have gone on", () => {
  const suspend = (id: string, phase: NodePhase) => node(id, { owner: "main", slot: id }, { type: "Suspend", phase });
  const nodes = [
    node("main", {}, { type: "DAG", phase: "Running" }),
    suspend("x", "Running"),
    suspend("y", "Succeeded"),
  ];
  const view = new WorkflowView(header, [suspend("z", "Running"), ...nodes].reverse());
  expect(suspendedSteps(view, 1)).toMatchObject({ total: 2, items: [{ id: "x", path: ["main"] }] });
});

test("finding says what must be opened", () => {
  const view = new WorkflowView(
    header,
    workflow(20, (index) => (index === 7 ? "Failed" : "Succeeded")),
  );
  const found = findNodes(view, { text: "FAN", phases: [], limit: 2 });
  expect(found.total).toBe(20);
  expect(found.items.map(({ id }) => id)).toEqual(["fan7", "fan0"]);
  expect(found.items[0]?.path).toEqual(["main", "g0", "g0/fan"]);
});

test("a strip has a letter for each bucket, at most", () => {
  const phase = fc.constantFrom<NodePhase>("Pending", "Running", "Succeeded", "Failed", "Error", "Skipped", "Omitted");
  fc.assert(
    fc.property(fc.array(phase), fc.integer({ min: 1, max: 64 }), (all, buckets) => {
      const strip = heatStrip(all, buckets);
      expect(strip).toHaveLength(Math.min(all.length, buckets));
      const failures = all.filter((one) => one === "Failed" || one === "Error").length;
      expect(/[feA-Z]/.test(strip)).toBe(failures > 0);
    }),
  );
});
