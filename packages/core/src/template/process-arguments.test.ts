import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Arguments } from "../spec/arguments.ts";
import type { Template } from "../spec/template.ts";
import { processArguments, substituteTemplate } from "./process-arguments.ts";
import { absentOptionalArgument } from "./supply-inputs.ts";

const globals = new Map([
  ["workflow.name", "wf"],
  ["workflow.parameters.tag", "{{inputs.parameters.p}}"],
  ["workflow.parameters.brace", "{"],
]);

function echo(text: string, rest: Template = { inputs: { parameters: [{ name: "p" }] } }): Template {
  return { name: "t", container: { image: "i", args: [text] }, ...rest };
}

/** The container's argument after a call with p=value, or the error. */
function run(template: Template, args: Arguments = { parameters: [{ name: "p", value: "v" }] }): string {
  const done = processArguments(template, args, { globals, locals: new Map([["node.name", "wf[0].a"]]) });
  return done.ok ? (done.value.container?.args?.[0] ?? "") : done.error;
}

describe("tags of a template's body", () => {
  test.each([
    { text: "{{inputs.parameters.p}}", result: "v" },
    { text: "{{ inputs.parameters.p }} of {{workflow.name}} in {{node.name}}", result: "v of wf in wf[0].a" },
    { text: "{{steps.a.outputs.result}}", result: "{{steps.a.outputs.result}}" },
    { text: "{{inputs.parameters}}", result: '[{"name":"p","value":"v"}]' },
    { text: "{{inputs.parameters.unknown}}", result: "{{inputs.parameters.unknown}}" },
    { text: "{{workflow.parameters.tag}}", result: "v" }, // A global's value may bring in a tag.
    { text: "{{workflow.parameters.brace}}{{workflow.parameters.brace}}", result: "{{" },
    { text: "{{=inputs.parameters.p + '!'}}", result: "v!" },
    { text: "{{=workflow.name}}-{{=inputs.parameters.p}}", result: "wf-v" },
    { text: "{{=toJson(inputs.parameters)}}", result: '{"p":"v"}' },
    { text: "{{=nothing.at.all}}", result: "{{=nothing.at.all}}" },
    { text: "{{inputs.parameters.{{inputs.parameters.p}}}}", result: "{{inputs.parameters.v}}" },
  ])("$text gives $result", ({ text, result }) => {
    expect(run(echo(text))).toBe(result);
  });

  test("an argument's lone braces are just text", () => {
    expect(run(echo("<{{inputs.parameters.p}}>"), { parameters: [{ name: "p", value: "{{ x" }] })).toBe("<{{ x>");
  });

  test("an expression sees the paths of inputs and outputs", () => {
    const template = echo("{{=toJson(inputs.artifacts) + toJson(outputs)}}", {
      inputs: { parameters: [{ name: "p" }], artifacts: [{ name: "a", path: "/in", raw: { data: "" } }] },
      outputs: {
        artifacts: [{ name: "b", path: "/out" }, { name: "none" }],
        parameters: [
          { name: "c", valueFrom: { path: "/c" } },
          { name: "d", valueFrom: { default: "" } },
        ],
      },
    });
    expect(run(template)).toBe(
      '{"a":{"path":"/in"}}{"artifacts":{"b":{"path":"/out"}},"parameters":{"c":{"path":"/c"}}}',
    );
  });

  test("paths of artifacts and outputs", () => {
    const template = echo("{{inputs.artifacts.a.path}} {{outputs.artifacts.b.path}} {{outputs.parameters.c.path}}", {
      inputs: { artifacts: [{ name: "a", path: "/in/{{workflow.name}}", raw: { data: "" } }] },
      outputs: {
        artifacts: [{ name: "b", path: "/out/{{workflow.name}}" }],
        parameters: [{ name: "c", valueFrom: { path: "/c" } }],
      },
    });
    expect(run(template, {})).toBe("/in/wf /out/wf /c");
  });

  test("a value is taken literally, whatever it is, unless it holds a tag", () => {
    const template = echo("<{{inputs.parameters.p}}>");
    fc.assert(
      fc.property(fc.string(), (value) => {
        fc.pre(!value.includes("{{"));
        expect(run(template, { parameters: [{ name: "p", value }] })).toBe(`<${value}>`);
      }),
    );
  });

  test("the template itself is never changed", () => {
    const template = echo("{{inputs.parameters.p}}");
    const before = JSON.stringify(template);
    expect(run(template)).toBe("v");
    expect(run(template, { parameters: [{ name: "p", value: "w" }] })).toBe("w");
    expect(JSON.stringify(template)).toBe(before);
  });

  test("a second substitution fills in what was not known at the first", () => {
    const first = processArguments(
      echo("{{retries}} {{inputs.parameters.p}}"),
      { parameters: [{ name: "p", value: "v" }] },
      { globals },
    );
    const second = first.ok ? substituteTemplate(first.value, { globals, locals: new Map([["retries", "1"]]) }) : first;
    expect(second.ok && second.value.container?.args).toEqual(["1 v"]);
  });
});

describe("values of inputs", () => {
  const configMaps = { settings: { color: "red" } };
  const fromConfigMap = (key: string, fallback?: string): Template =>
    echo("{{inputs.parameters.p}}", {
      inputs: {
        parameters: [
          {
            name: "p",
            valueFrom: {
              configMapKeyRef: { name: "settings", key },
              ...(fallback !== undefined && { default: fallback }),
            },
          },
        ],
      },
    });
  const input = (parameter: object): Template =>
    echo("{{inputs.parameters.p}}", { inputs: { parameters: [{ name: "p", ...parameter }] } });

  test.each<{ title: string; template: Template; args: Arguments; result: string }>([
    { title: "argument", template: input({}), args: { parameters: [{ name: "p", value: "a" }] }, result: "a" },
    { title: "default", template: input({ default: "d" }), args: {}, result: "d" },
    { title: "value over default", template: input({ default: "d", value: "v" }), args: {}, result: "v" },
    {
      title: "argument over value",
      template: input({ default: "d", value: "v" }),
      args: { parameters: [{ name: "p", value: "a" }] },
      result: "a",
    },
    {
      title: "empty argument",
      template: input({ default: "d" }),
      args: { parameters: [{ name: "p", value: "" }] },
      result: "",
    },
    { title: "none", template: input({}), args: {}, result: "inputs.parameters.p was not supplied" },
    {
      title: "argument without a value",
      template: input({ default: "d" }),
      args: { parameters: [{ name: "p" }] },
      result: "inputs.parameters.p was not supplied",
    },
    {
      title: "absent optional with default",
      template: input({ default: "d" }),
      args: { parameters: [{ name: "p", value: absentOptionalArgument }] },
      result: "d",
    },
    {
      title: "absent optional without",
      template: input({}),
      args: { parameters: [{ name: "p", value: absentOptionalArgument }] },
      result:
        "inputs.parameters.p: argument references an absent optional (skipped/omitted node output with no default)",
    },
    { title: "ConfigMap", template: fromConfigMap("color"), args: {}, result: "red" },
    { title: "ConfigMap's default", template: fromConfigMap("size", "xl"), args: {}, result: "xl" },
    {
      title: "missing key",
      template: fromConfigMap("size"),
      args: {},
      result:
        "unable to retrieve inputs.parameters.p from ConfigMap: ConfigMap 'settings' does not have the key 'size'",
    },
    {
      title: "key by tag",
      template: fromConfigMap("{{workflow.key}}"),
      args: {},
      result: "red",
    },
    {
      title: "argument from a ConfigMap",
      template: input({ default: "d" }),
      args: { parameters: [{ name: "p", valueFrom: { configMapKeyRef: { name: "settings", key: "color" } } }] },
      result: "red",
    },
  ])("$title", ({ template, args, result }) => {
    const done = processArguments(template, args, { globals: new Map([["workflow.key", "color"]]), configMaps });
    expect(done.ok ? done.value.container?.args?.[0] : done.error).toBe(result);
  });
});

describe("input artifacts", () => {
  const template = (artifact: object): Template => ({ name: "t", inputs: { artifacts: [{ name: "a", ...artifact }] } });
  const located = { name: "a", path: "/elsewhere", s3: { key: "k" } };

  test.each<{ title: string; template: Template; args: Arguments; result: unknown }>([
    {
      title: "the argument's place, the input's path and mode",
      template: template({ path: "/in", mode: 0o755 }),
      args: { artifacts: [located] },
      result: [{ name: "a", path: "/in", mode: 0o755, s3: { key: "k" } }],
    },
    {
      title: "the input's own place without an argument",
      template: template({ path: "/in", raw: { data: "x" } }),
      args: {},
      result: [{ name: "a", path: "/in", raw: { data: "x" } }],
    },
    { title: "optional", template: template({ optional: true }), args: {}, result: [{ name: "a", optional: true }] },
    { title: "none", template: template({}), args: {}, result: "inputs.artifacts.a was not supplied" },
    {
      title: "argument without a place",
      template: template({}),
      args: { artifacts: [{ name: "a" }] },
      result: "inputs.artifacts.a missing location information",
    },
  ])("$title", ({ template: given, args, result }) => {
    const done = processArguments(given, args, { globals });
    expect(done.ok ? done.value.inputs?.artifacts : done.error).toEqual(result);
  });
});
