import fc from "fast-check";
import { expect, test } from "vitest";
import { layOut, sizes } from "./layout.ts";
import { type Vertex, withEvent } from "./vertices.ts";

const head = { phase: "Running", progress: "0/1", suspended: false } as const;

function vertex(id: string, changes: Partial<Vertex> = {}): Vertex {
  return { id, kind: "Pod", name: id, phase: "Succeeded", after: [], ...changes };
}

function graphOf(vertices: readonly Vertex[]) {
  const graph = withEvent(undefined, { type: "snapshot", head, vertices: [...vertices] });
  if (graph === undefined) throw new Error("no graph");
  return graph;
}

test("what comes after is to the right, what runs beside is below", () => {
  const { boxes } = layOut(
    graphOf([
      vertex("main", { kind: "DAG", expanded: true, childCount: 4 }),
      vertex("a", { container: "main" }),
      vertex("b", { container: "main", after: ["a"] }),
      vertex("c", { container: "main", after: ["a"] }),
      vertex("d", { container: "main", after: ["b", "c"] }),
    ]),
  );
  const at = (id: string) => boxes.get(id) ?? { x: -1, y: -1 };
  expect(at("a").x).toBeLessThan(at("b").x);
  expect(at("b").x).toBe(at("c").x);
  expect(at("b").y).toBeLessThan(at("c").y);
  expect(at("c").x).toBeLessThan(at("d").x);
});

test("attempts stand one after the other", () => {
  const { boxes } = layOut(
    graphOf([
      vertex("retry", { kind: "Retry", expanded: true, childCount: 2, container: "x" }),
      vertex("r0", { container: "retry" }),
      vertex("r1", { container: "retry" }),
      vertex("x", { kind: "Steps", expanded: true }),
    ]),
  );
  expect(boxes.get("r0")?.x).toBeLessThan(boxes.get("r1")?.x ?? 0);
});

test("thousands become a grid that fits a screen", () => {
  const many = Array.from({ length: 5_000 }, (_, index) => vertex(`n${index}`, { container: "loop" }));
  const { width, height } = layOut(
    graphOf([
      vertex("loop", { kind: "Loop", expanded: true, container: "m" }),
      ...many,
      vertex("m", { kind: "Steps", expanded: true }),
    ]),
  );
  expect(width / height).toBeGreaterThan(1);
  expect(width / height).toBeLessThan(3);
});

/** Trees of containers with edges to earlier siblings. */
const graphs = fc
  .array(fc.record({ above: fc.nat(30), after: fc.array(fc.nat(30), { maxLength: 3 }), isContainer: fc.boolean() }), {
    maxLength: 30,
  })
  .map((rows) => {
    const vertices: Vertex[] = [vertex("0", { kind: "DAG", expanded: true })];
    for (const [index, { above, after, isContainer }] of rows.entries()) {
      const holders = vertices.filter(({ expanded }) => expanded === true);
      const container = holders[above % holders.length]?.id ?? "0";
      const siblings = vertices.filter((one) => one.container === container).map(({ id }) => id);
      const earlier = [...new Set(after.flatMap((one) => siblings[one % Math.max(1, siblings.length)] ?? []))];
      vertices.push(
        vertex(`v${index}`, {
          container,
          after: earlier,
          ...(isContainer && { kind: "DAG" as const, expanded: true }),
        }),
      );
    }
    return vertices;
  });

test("siblings never overlap, children lie inside, and nothing is lost", () => {
  fc.assert(
    fc.property(graphs, (vertices) => {
      const graph = graphOf(vertices);
      const { boxes } = layOut(graph);
      expect(boxes.size).toBe(vertices.length);
      for (const siblings of graph.children.values()) {
        for (const [index, { id }] of siblings.entries()) {
          const box = boxes.get(id);
          if (box === undefined) throw new Error(id);
          for (const other of siblings.slice(index + 1)) {
            const beside = boxes.get(other.id);
            if (beside === undefined) throw new Error(other.id);
            const isApart =
              box.x + box.width <= beside.x ||
              beside.x + beside.width <= box.x ||
              box.y + box.height <= beside.y ||
              beside.y + beside.height <= box.y;
            expect(isApart).toBe(true);
          }
          const around = boxes.get(graph.byId.get(id)?.container ?? "");
          if (around === undefined) continue;
          expect(box.x).toBeGreaterThanOrEqual(around.x);
          expect(box.x + box.width).toBeLessThanOrEqual(around.x + around.width + 1e-6);
          expect(box.y + box.height).toBeLessThanOrEqual(around.y + around.height + 1e-6);
        }
      }
    }),
  );
});

test("a patch that only changes states keeps the shape", () => {
  const graph = graphOf([vertex("a", { phase: "Running" })]);
  const same = withEvent(graph, { type: "patch", vertices: [vertex("a")], removed: [] });
  expect(same?.shape).toBe(graph.shape);
  const other = withEvent(graph, { type: "patch", vertices: [vertex("b")], removed: [] });
  expect(other?.shape).not.toBe(graph.shape);
  const anew = (vertices: Vertex[]) => withEvent(graph, { type: "snapshot", head, vertices });
  expect(anew([...graph.byId.values()])?.shape).toBe(graph.shape);
  expect(anew([...graph.byId.values()].slice(1))?.shape).not.toBe(graph.shape);
  // Two moments of the past that are both unlike the present are unlike each other.
  expect(anew([])?.shape).not.toBe(anew([])?.shape);
  expect(sizes.node.width).toBeGreaterThan(0);
});
