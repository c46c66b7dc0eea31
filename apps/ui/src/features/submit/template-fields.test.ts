import { describe, expect, test } from "vitest";
import { changedParameters, formFields, missingField, type Parameter, withDescriptions } from "./template-fields.ts";

const spec = (parameters: readonly Parameter[]) => ({ entrypoint: "main", arguments: { parameters }, templates: [] });

describe("the form of a template", () => {
  test.each([
    { parameter: { name: "a" }, field: { initial: undefined, isRequired: true, choices: undefined } },
    { parameter: { name: "a", value: "x" }, field: { initial: "x", isRequired: false } },
    { parameter: { name: "a", value: "" }, field: { initial: "", isRequired: false } },
    { parameter: { name: "a", value: 3, default: "y" }, field: { initial: "3" } },
    { parameter: { name: "a", default: true }, field: { initial: "true" } },
    { parameter: { name: "a", enum: ["x", 2] }, field: { choices: ["x", "2"], isRequired: true } },
    { parameter: { name: "a", description: "why" }, field: { description: "why" } },
    {
      parameter: { name: "a", valueFrom: { configMapKeyRef: { name: "settings", key: "url" } } },
      field: { source: "ConfigMap settings, key url", isRequired: false },
    },
  ])("$parameter", ({ parameter, field }) => expect(formFields(spec([parameter]), undefined)).toMatchObject([field]));

  test("another entrypoint asks for its own inputs too, those that the workflow has only once", () => {
    const templates = [{ name: "other", inputs: { parameters: [{ name: "shared" }, { name: "own" }] } }];
    const whole = { ...spec([{ name: "shared", value: "x" }]), templates };
    expect(formFields(whole, undefined).map(({ name }) => name)).toEqual(["shared"]);
    expect(formFields(whole, "other").map(({ name }) => name)).toEqual(["shared", "own"]);
  });

  test("of a workflow that was made from it describes what the workflow only gives values", () => {
    const template = spec([{ name: "a", value: "1", enum: ["1", "2"], description: "why" }, { name: "unused" }]);
    const workflow = spec([
      { name: "a", value: "2" },
      { name: "b", value: "x", description: "own" },
    ]);
    expect(formFields(withDescriptions(workflow, template), undefined)).toMatchObject([
      { name: "a", initial: "2", choices: ["1", "2"], description: "why" },
      { name: "b", initial: "x", choices: undefined, description: "own" },
    ]);
    expect(withDescriptions({ entrypoint: "main" }, template)).toEqual({ entrypoint: "main" });
    expect(withDescriptions(workflow, undefined)).toEqual(workflow);
  });

  test("sends what was changed, an emptied one too, and knows what is missing", () => {
    const fields = formFields(spec([{ name: "a", value: "1" }, { name: "b", value: "2" }, { name: "c" }]), undefined);
    const values = new Map([
      ["a", "1"],
      ["b", ""],
    ]);
    expect(changedParameters(fields, values)).toEqual(["b="]);
    expect(missingField(fields, values)?.name).toBe("c");
    expect(missingField(fields, new Map([["c", "x"]]))).toBeUndefined();
  });
});
