import { expect, test } from "vitest";
import { decodeWorkflow, hasErrors, parseManifests, validateWorkflow } from "../index.ts";

function workflowText(templates: number): string {
  const calls = Array.from({ length: templates }, (_, index) => {
    const waits = index === 0 ? "" : `, dependencies: [t${index - 1}]`;
    return `      - {name: t${index}, template: work-${index}, arguments: {parameters: [{name: text, value: "{{workflow.name}}"}]}${waits}}`;
  });
  const bodies = Array.from({ length: templates }, (_, index) =>
    [
      `  - name: work-${index}`,
      "    inputs:\n      parameters:\n      - name: text",
      '    container:\n      image: busybox\n      command: [sh, -c]\n      args: ["echo {{inputs.parameters.text}} {{pod.name}}"]',
    ].join("\n"),
  );
  const head =
    "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {generateName: large-}\nspec:\n  entrypoint: main\n";
  return `${head}  templates:\n  - name: main\n    dag:\n      tasks:\n${calls.join("\n")}\n${bodies.join("\n")}\n`;
}

function lintMs(text: string): number {
  const startedAt = performance.now();
  const [document] = parseManifests(text).documents;
  const decoded = document === undefined ? undefined : decodeWorkflow(document);
  if (decoded?.value === undefined) throw new Error("the text was not decoded");
  const bundle = { workflow: decoded.value, workflowTemplates: {}, configMaps: {} };
  expect(hasErrors(validateWorkflow(bundle, { lint: true }))).toBe(false);
  return performance.now() - startedAt;
}

test("lint costs as much as the text is long", () => {
  lintMs(workflowText(500));
  const small = Math.min(lintMs(workflowText(500)), lintMs(workflowText(500)));
  const large = Math.min(lintMs(workflowText(4_000)), lintMs(workflowText(4_000)));
  console.log(`lint: 500 templates in ${small.toFixed(0)} ms, 4000 in ${large.toFixed(0)} ms`);
  // Eight times the text; what grows with the square would take sixty-four times.
  expect(large / small).toBeLessThan(24);
});
