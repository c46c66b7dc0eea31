import type { Workflow } from "@capstan/core";
import { expect, test } from "vitest";
import { applySubmitOptions } from "./submit-options.ts";

const workflow: Workflow = {
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Workflow",
  metadata: { generateName: "w-", labels: { a: "1" } },
  spec: {
    entrypoint: "main",
    arguments: {
      parameters: [
        { name: "x", value: "old", enum: ["old"] },
        { name: "y", value: "kept" },
      ],
    },
  },
};

test("a parameter that is given replaces the declared one; -p wins over the file", () => {
  const file = "x: from file\nlist: [1, two]\nnumber: 1.50\nflag: yes\n";
  const { workflow: changed, problems } = applySubmitOptions(workflow, {
    parameters: ["x=a=b"],
    parameterFile: { text: file },
  });
  expect(problems).toEqual([]);
  expect(changed.spec.arguments?.parameters).toEqual([
    { name: "x", value: "a=b" },
    { name: "list", value: '[1,"two"]' },
    { name: "number", value: "1.5" },
    { name: "flag", value: "true" },
    { name: "y", value: "kept" },
  ]);
});

test("names, labels, entrypoint, service account and priority", () => {
  const options = {
    name: "n",
    labels: ["b=2"],
    annotations: ["c=3"],
    entrypoint: "other",
    serviceAccount: "sa",
    priority: 7,
  };
  const { workflow: changed } = applySubmitOptions(workflow, options);
  expect(changed.metadata).toMatchObject({ name: "n", labels: { a: "1", b: "2" }, annotations: { c: "3" } });
  expect(changed.spec).toMatchObject({ entrypoint: "other", serviceAccountName: "sa", priority: 7 });
});

test("an option without a value, and a file that is no YAML, are problems", () => {
  const { problems } = applySubmitOptions(workflow, {
    parameters: ["x"],
    parameterFile: { text: "a: [", file: "p.yaml" },
  });
  expect(problems.map(({ code }) => code)).toEqual(expect.arrayContaining(["INVALID_VALUE", "SYNTAX"]));
  expect(problems.find(({ code }) => code === "SYNTAX")).toMatchObject({ file: "p.yaml", line: 1 });
});
