import { expect, test } from "vitest";
import { nodeIdOf } from "../graph/node-names.ts";
import { play, specOf } from "./testing/play.ts";

/** Two items whose nodes' names have the same 32-bit hash, found by trying: the nodes are `wf[0].a(0:<first>)` and `wf[0].a(1:<second>)`. */
function collidingItems(): readonly [string, string] {
  const items = Array.from({ length: 200_000 }, (_, index) => `${index.toString(36)}-${(index * 7_919).toString(3)}`);
  const firstById = new Map(items.map((item) => [nodeIdOf("wf", `wf[0].a(0:${item})`), item]));
  for (const item of items) {
    const first = firstById.get(nodeIdOf("wf", `wf[0].a(1:${item})`));
    if (first !== undefined) return [first, item];
  }
  throw new Error("no two names collide");
}

test("two nodes whose names have the same hash are two nodes", () => {
  const [first, second] = collidingItems();
  const played = play(
    specOf([
      {
        name: "main",
        steps: [
          [
            {
              name: "a",
              template: "echo",
              withItems: [first, second],
              arguments: { parameters: [{ name: "text", value: "{{item}}" }] },
            },
          ],
        ],
      },
    ]),
  );
  expect(Object.keys(played.started)).toEqual([`[0].a(0:${first})`, `[0].a(1:${second})`]);
  expect(played.result).toBe("Succeeded");
});
