import type { NodeStatus } from "@capstan/core";
import { describe, expect, test } from "vitest";
import { paletteFor } from "./phase-style.ts";
import { renderTree } from "./tree.ts";

const palette = paletteFor(false);
const options = { nowMs: 100_000, width: 80, linesMax: 100, palette };

interface Given extends Partial<NodeStatus> {
  readonly name: string;
}

/** Nodes by name; the id is the name, and times are left out unless the test is about them. */
function nodes(...given: readonly Given[]): readonly NodeStatus[] {
  return given.map((fields) => ({
    id: fields.name,
    displayName: fields.name.split(".").at(-1) ?? "",
    type: "Pod",
    phase: "Succeeded",
    ...fields,
  }));
}

function lines(given: readonly NodeStatus[], linesMax = 100): readonly string[] {
  return renderTree(given, { ...options, linesMax });
}

describe("the shape", () => {
  test("steps: one after the other, parallel ones side by side", () => {
    const given = nodes(
      { name: "wf", type: "Steps", children: ["wf[0]"] },
      { name: "wf[0]", type: "StepGroup", boundaryID: "wf", children: ["wf[0].a"] },
      { name: "wf[0].a", boundaryID: "wf", children: ["wf[1]"] },
      { name: "wf[1]", type: "StepGroup", boundaryID: "wf", children: ["wf[1].b", "wf[1].c"] },
      { name: "wf[1].b", boundaryID: "wf" },
      { name: "wf[1].c", boundaryID: "wf", phase: "Failed", message: "exit code 1" },
    );
    expect(lines(given)).toEqual([" ✔ wf", " ├─✔ a", " └─┬─✔ b", "   └─✖ c             exit code 1"]);
  });

  test("a DAG: tasks below it, whatever depends on what; items below their loop", () => {
    const given = nodes(
      { name: "wf", type: "DAG", phase: "Running", children: ["wf.first"] },
      { name: "wf.first", boundaryID: "wf", children: ["wf.fan", "wf.last"] },
      {
        name: "wf.fan",
        type: "TaskGroup",
        boundaryID: "wf",
        phase: "Running",
        children: ["wf.fan(0:x)", "wf.fan(1:y)"],
      },
      { name: "wf.fan(0:x)", boundaryID: "wf", children: ["wf.last"] },
      { name: "wf.fan(1:y)", boundaryID: "wf", phase: "Pending" },
      { name: "wf.last", boundaryID: "wf", phase: "Omitted" },
    );
    expect(lines(given)).toEqual([
      " ● wf",
      " ├─✔ first",
      " ├─● fan",
      " │ ├─✔ fan(0:x)",
      " │ └─◷ fan(1:y)",
      " └─○ last",
    ]);
  });

  test("one attempt is its retry node; several are shown", () => {
    const once = nodes({ name: "wf", type: "Retry", children: ["wf(0)"] }, { name: "wf(0)" });
    expect(lines(once)).toEqual([" ✔ wf"]);
    const twice = nodes(
      { name: "wf", type: "Retry", children: ["wf(0)", "wf(1)"] },
      { name: "wf(0)", phase: "Failed" },
      { name: "wf(1)" },
    );
    expect(lines(twice)).toEqual([" ✔ wf", " ├─✖ wf(0)", " └─✔ wf(1)"]);
  });

  test("exit handlers stand beside the tree", () => {
    expect(lines(nodes({ name: "wf", phase: "Failed" }, { name: "wf.onExit" }))).toEqual([" ✖ wf", " ✔ onExit"]);
  });

  test("nodes that refer to themselves or to nobody do no harm", () => {
    expect(
      lines(nodes({ name: "a", boundaryID: "a" }, { name: "b", boundaryID: "nobody", children: ["gone"] })),
    ).toEqual([" ✔ a", " ✔ b"]);
  });
});

describe("what a line says", () => {
  test("how long, and of what runs how long so far", () => {
    expect(lines(nodes({ name: "a", startedAtMs: 1_000, finishedAtMs: 5_200 }))[0]).toContain("4.2s");
    expect(lines(nodes({ name: "a", phase: "Running", startedAtMs: 10_000 }))[0]).toContain("1m 30s");
  });

  test("no more columns than there are, and nothing that moves the cursor", () => {
    const message = `\u001b[2J\r\n${"long ".repeat(50)}`;
    const name = `${"名".repeat(60)}`;
    for (const line of lines(nodes({ name, phase: "Error", message }))) {
      const columns = [...line].reduce((sum, character) => sum + (character === "名" ? 2 : 1), 0);
      expect(columns).toBeLessThanOrEqual(80);
      expect(line).not.toMatch(/\p{Cc}/u);
    }
  });
});

describe("room", () => {
  const phases = ["Succeeded", "Succeeded", "Running", "Pending"] as const;
  const items = (count: number): readonly NodeStatus[] =>
    nodes(
      ...Array.from({ length: count }, (_, index) => ({
        name: `wf.fan(${index})`,
        boundaryID: "wf",
        phase: index === 7 ? ("Failed" as const) : (phases[index % 4] ?? "Pending"),
      })),
    );
  const fanOut = (count: number) => [
    ...nodes(
      { name: "wf", type: "DAG", phase: "Running" },
      {
        name: "wf.fan",
        type: "TaskGroup",
        boundaryID: "wf",
        phase: "Running",
        children: items(count).map((item) => item.id),
      },
    ),
    ...items(count),
  ];

  test("a large fan-out is a sum, with what failed and what runs by name", () => {
    const drawn = lines(fanOut(1_000));
    expect(drawn).toEqual([
      " ● wf",
      " └─● fan",
      "   └─┬─● fan(2)",
      "     ├─● fan(6)",
      "     ├─✖ fan(7)",
      "     ├─● fan(10)",
      "     └─● 247  ◷ 249  ✔ 500",
    ]);
  });

  test.each([40, 20, 10, 6, 3])("a tree fits into %d lines", (linesMax) => {
    const wide = nodes(
      { name: "wf", type: "DAG", phase: "Running" },
      ...Array.from({ length: 30 }, (_, branch) => [
        {
          name: `wf.b${branch}`,
          type: "DAG" as const,
          boundaryID: "wf",
          phase: branch === 20 ? ("Running" as const) : ("Succeeded" as const),
        },
        ...Array.from({ length: 5 }, (__, leaf) => ({ name: `wf.b${branch}.l${leaf}`, boundaryID: `wf.b${branch}` })),
      ]).flat(),
    );
    const drawn = lines(wide, linesMax);
    expect(drawn.length).toBeLessThanOrEqual(linesMax);
    expect(drawn.length).toBeGreaterThan(1);
    expect(drawn.join("\n")).toContain("● b20");
  });

  test("each of 100,000 nodes is looked at a few times, whatever else there is", () => {
    let reads = 0;
    const get = (node: NodeStatus, key: string | symbol): unknown => {
      reads++;
      return Reflect.get(node, key);
    };
    const counted = fanOut(100_000).map((node) => new Proxy(node, { get }));
    expect(lines(counted, 30).length).toBeLessThan(31);
    expect(reads / counted.length).toBeLessThan(40);
  });
});
