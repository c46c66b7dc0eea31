import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { workspace } from "../../deploy/docker/image-sources.ts";

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

const dashboard = JSON.parse(readFileSync(join(workspace, "deploy/grafana/capstan.json"), "utf8")) as Dashboard;

test("the dashboard asks for metrics that there are", () => {
  const page = readFileSync(join(workspace, "docs/metrics.md"), "utf8");
  const known = new Set([...page.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name));
  for (const { title, targets } of dashboard.panels) {
    for (const { expr } of targets) {
      const asked = [...expr.matchAll(/\b((?:argo|capstan)_\w+?)(?:_bucket|_count|_sum)?\b(?=[{[)\s]|$)/g)].map(
        ([whole]) => whole,
      );
      const isNodes = /\bnodejs_\w+/.test(expr);
      expect(asked.length + Number(isNodes), `${title}: ${expr}`).toBeGreaterThan(0);
      for (const name of asked) {
        const base = name.replace(/_(bucket|sum|count)$/, "");
        expect(known.has(name) || known.has(base), `${title}: ${name}`).toBe(true);
      }
    }
  }
});

test("its panels lie beside each other", () => {
  const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
});
