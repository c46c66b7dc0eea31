import type { Json, JsonObject } from "@capstan/core";
import { describe, expect, test } from "vitest";
import { checkStructure, decodeCronWorkflow, decodeWorkflow, parseManifests, validateCronWorkflow } from "./index.ts";

const workflow = (spec: JsonObject): JsonObject => ({
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Workflow",
  metadata: { name: "w" },
  spec,
});

describe("values of parameters become text as Go's AnyString makes it", () => {
  test.each<readonly [Json, string | undefined]>([
    [1, "1"],
    [1.5, "1.5"],
    [1e21, "1000000000000000000000"],
    [1.25e-9, "0.00000000125"],
    [-2.5e22, "-25000000000000000000000"],
    [true, "true"],
    ["1e3", "1e3"],
    [null, undefined],
  ])("%j -> %j", (value, text) => {
    const { value: decoded } = decodeWorkflow(workflow({ arguments: { parameters: [{ name: "x", value }] } }));
    expect(decoded?.spec.arguments?.parameters?.[0]?.value).toBe(text);
  });

  test("what YAML reads as a number or a boolean is that number's text", () => {
    const text =
      "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec: {arguments: {parameters: [{name: a, value: 1.0}, {name: b, value: 1e3}, {name: c, value: yes}, {name: d, value: 010}]}}";
    const [document] = parseManifests(text).documents;
    const decoded = document && decodeWorkflow(document).value;
    expect(decoded?.spec.arguments?.parameters?.map(({ value }) => value)).toEqual(["1", "1000", "true", "8"]);
  });
});

test("fields of older versions are read as their successors, with a warning", () => {
  const { value, problems } = decodeWorkflow(workflow({ synchronization: { mutex: { name: "m" } }, podPriority: 3 }));
  expect(value?.spec).toEqual({ synchronization: { mutexes: [{ name: "m" }] } });
  expect(problems.map(({ code, path, severity }) => [code, path, severity])).toEqual([
    ["DEPRECATED_FIELD", "spec.synchronization.mutex", "warning"],
    ["DEPRECATED_FIELD", "spec.podPriority", "warning"],
  ]);
});

test("an unknown field is reported with the field that it most likely means", () => {
  const problems = checkStructure(workflow({ templates: [{ name: "a", container: { image: "i", comand: ["x"] } }] }));
  expect(problems).toMatchObject([{ code: "UNKNOWN_FIELD", path: "spec.templates[0].container.comand" }]);
  expect(problems[0]?.message).toContain('Did you mean "command"?');
});

describe("CronWorkflows", () => {
  const cron = (spec: JsonObject) => {
    const object = {
      ...workflow({ workflowSpec: { entrypoint: "a", templates: [{ name: "a", suspend: {} }] }, ...spec }),
      kind: "CronWorkflow",
    };
    const { value, problems } = decodeCronWorkflow(object);
    return value === undefined ? problems : validateCronWorkflow(value);
  };

  test.each(["* * * * *", "*/5 0-6 1,15 JAN-mar ?", "@hourly", "@every 1h30m", "CRON_TZ=Europe/Berlin 0 9 * * MON"])(
    "%s is a schedule",
    (schedule) => {
      expect(cron({ schedules: [schedule] })).toEqual([]);
    },
  );

  test.each(["", "* * * *", "60 * * * *", "* * * * 7", "5-1 * * * *", "*/0 * * * *", "@fortnightly", "@every soon"])(
    "%j is none",
    (schedule) => {
      expect(cron({ schedules: [schedule] })).toMatchObject([{ code: "SCHEDULE", path: "spec.schedules[0]" }]);
    },
  );

  test("problems of the workflow have their path in the CronWorkflow", () => {
    const workflowSpec = { entrypoint: "b", templates: [{ name: "a", suspend: {} }] };
    expect(cron({ schedules: ["@daily"], workflowSpec, timezone: "Mars/Olympus" })).toMatchObject([
      { code: "INVALID_VALUE", path: "spec.timezone" },
      { code: "UNKNOWN_TEMPLATE", path: "spec.workflowSpec.entrypoint" },
    ]);
  });
});
