import { describe, expect, test } from "vitest";
import type { TemplateCall } from "../spec/template.ts";
import type { NodeStatus } from "../status.ts";
import { withGlobalOutputs } from "./global-outputs.ts";
import type { ReferencedNode } from "./node-variables.ts";
import { resolveCall, resolveHookArguments } from "./resolve-call.ts";
import { Scope } from "./scope.ts";
import { templateOutputs } from "./template-outputs.ts";

function node(name: string, rest: Partial<NodeStatus> = {}): NodeStatus {
  return { id: `wf-${name}`, name: `wf.${name}`, displayName: name, type: "Pod", phase: "Succeeded", ...rest };
}

const item = (index: number, rest: Partial<NodeStatus>) => node(`loop(${index}:${index})`, rest);

const nodes: { readonly [name: string]: ReferencedNode } = {
  a: {
    node: node("a", {
      podIP: "10.0.0.1",
      hostNodeName: "host",
      startedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
      outputs: {
        result: "heads",
        exitCode: "0",
        parameters: [{ name: "p", value: "one" }, { name: "late" }],
        artifacts: [{ name: "art", s3: { key: "dir" } }],
      },
    }),
  },
  skipped: {
    node: node("skipped", { phase: "Skipped", type: "Skipped" }),
    declaredOutputs: {
      parameters: [
        { name: "owed", valueFrom: { path: "/p" } },
        { name: "given", valueFrom: { path: "/p", default: "d" } },
      ],
      artifacts: [{ name: "art", path: "/a" }],
    },
  },
  loop: {
    node: node("loop", { type: "TaskGroup" }),
    calls: () => [
      item(0, { outputs: { result: '{"b": 1, "a": 2}', parameters: [{ name: "p", value: "x" }] } }),
      item(1, { phase: "Failed", outputs: { result: "9", parameters: [{ name: "p", value: "no" }] } }),
      item(2, { phase: "Skipped" }),
      item(3, {
        outputs: {
          result: "[1, 2]",
          parameters: [
            { name: "p", value: "y" },
            { name: "j", value: "[3]" },
          ],
        },
      }),
      item(4, { nodeFlag: { hooked: true }, outputs: { result: "7" } }),
    ],
  },
  text: { node: node("text", { type: "TaskGroup" }), calls: () => [item(0, { outputs: { result: "hello" } })] },
};

function scope(prefix: "steps" | "tasks" = "steps"): Scope {
  return new Scope({
    prefix,
    template: {
      name: "main",
      inputs: { parameters: [{ name: "in", value: "given" }], artifacts: [{ name: "file", raw: { data: "x" } }] },
    },
    directory: { find: (name) => nodes[name], names: () => Object.keys(nodes) },
    globals: new Map([["workflow.name", "wf"]]),
    workflowOutputs: () => ({
      parameters: [{ name: "global", value: "g" }],
      artifacts: [{ name: "ga", s3: { key: "g" } }],
    }),
  });
}

describe("variables of a scope", () => {
  test.each<{ name: string; value: string | null | undefined }>([
    { name: "steps.a.id", value: "wf-a" },
    { name: "steps.a.status", value: "Succeeded" },
    { name: "steps.a.ip", value: "10.0.0.1" },
    { name: "steps.a.hostNodeName", value: "host" },
    { name: "steps.a.startedAt", value: "2026-01-02T03:04:05Z" },
    { name: "steps.a.finishedAt", value: undefined },
    { name: "steps.a.exitCode", value: "0" },
    { name: "steps.a.outputs.result", value: "heads" },
    { name: "steps.a.outputs.parameters.p", value: "one" },
    { name: "steps.a.outputs.parameters.late", value: undefined },
    { name: "steps.a.outputs.parameters", value: undefined },
    { name: "steps.a.outputs.artifacts.art", value: undefined },
    { name: "steps.a", value: undefined },
    { name: "steps.missing.id", value: undefined },
    { name: "tasks.a.id", value: undefined },
    { name: "steps.skipped.outputs.parameters.owed", value: null },
    { name: "steps.skipped.outputs.parameters.given", value: "d" },
    { name: "steps.skipped.status", value: "Skipped" },
    { name: "steps.loop.outputs.result", value: '[{"b":1,"a":2},[1,2]]' },
    { name: "steps.loop.outputs.parameters", value: '[{"p":"x"},{"j":"[3]","p":"y"}]' },
    { name: "steps.loop.outputs.parameters.p", value: '["x","y"]' },
    { name: "steps.loop.outputs.parameters.j", value: "[[3]]" },
    { name: "steps.loop.status", value: "Succeeded" },
    { name: "inputs.parameters.in", value: "given" },
    { name: "workflow.outputs.parameters.global", value: "g" },
    { name: "workflow.name", value: "wf" },
  ])("$name", ({ name, value }) => {
    expect(scope().get(name)).toBe(value);
  });

  test("every name that is listed has a value, and is listed below its prefixes", () => {
    const all = scope();
    for (const name of all.keys()) {
      if (name === "steps.text.outputs.result") continue; // Has none, since it is not JSON.
      expect(all.get(name), name).not.toBe(undefined);
      const dots = [...name.matchAll(/\./g)].map(({ index }) => name.slice(0, index));
      for (const prefix of dots) expect([...all.keysUnder(prefix)], prefix).toContain(name);
    }
    expect([...all.keysUnder("steps.a.outputs")]).toEqual(
      ["steps.a.exitCode", "steps.a.outputs.result", "steps.a.outputs.parameters.p"].slice(1),
    );
  });

  test("artifacts are found by reference", () => {
    expect(scope().artifact("steps.a.outputs.artifacts.art")).toEqual({ name: "art", s3: { key: "dir" } });
    expect(scope().artifact("inputs.artifacts.file")).toEqual({ name: "file", raw: { data: "x" } });
    expect(scope().artifact("workflow.outputs.artifacts.ga")).toEqual({ name: "ga", s3: { key: "g" } });
    // A skipped step's artifacts stay known, a skipped task's do not.
    expect(scope("steps").artifact("steps.skipped.outputs.artifacts.art")).toEqual({ name: "art" });
    expect(scope("tasks").artifact("tasks.skipped.outputs.artifacts.art")).toBe(undefined);
  });
});

describe("resolving a call", () => {
  const call = (rest: Partial<TemplateCall>): TemplateCall => ({ name: "next", template: "t", ...rest });
  const value = (text: string, rest: Partial<TemplateCall> = {}): unknown => {
    const resolved = resolveCall(call({ arguments: { parameters: [{ name: "p", value: text }] }, ...rest }), scope());
    return resolved.ok ? resolved.value.call.arguments?.parameters?.[0]?.value : resolved.error;
  };

  test.each([
    { text: "{{steps.a.outputs.result}} {{workflow.name}} {{inputs.parameters.in}}", result: "heads wf given" },
    { text: "{{item}}", result: "{{item}}" },
    { text: "{{steps.unknown.outputs.result}}", result: "failed to resolve {{steps.unknown.outputs.result}}" },
    { text: "{{ steps.skipped.outputs.parameters.owed }}", result: "__argo-internal.absent-optional-output__" },
    { text: "{{steps.skipped.outputs.parameters.given}}", result: "d" },
    {
      text: "x{{steps.skipped.outputs.parameters.owed}}",
      result:
        "unable to substitute {{steps.skipped.outputs.parameters.owed}}: output is an absent optional (skipped/omitted node with no default)",
    },
    { text: "{{=steps.skipped.outputs.parameters.owed ?? 'fallback'}}", result: "fallback" },
    {
      text: "{{steps.text.outputs.result}}",
      result: 'a loop\'s result is not JSON, so that the results cannot be listed: "hello"',
    },
  ])("$text gives $result", ({ text, result }) => {
    expect(value(text)).toBe(result);
  });

  test.each<{ when: string; loop?: Partial<TemplateCall>; proceeds: unknown }>([
    { when: "{{steps.a.outputs.result}} == heads", proceeds: true },
    { when: "{{steps.a.outputs.result}} == tails", proceeds: false },
    { when: "{{item}} == 1", loop: { withItems: [1] }, proceeds: true }, // Compares two texts; the loop decides again.
    { when: "{{item.x}} > 1", loop: { withItems: [1] }, proceeds: undefined },
  ])("when $when", ({ when, loop, proceeds }) => {
    const resolved = resolveCall(call({ when, ...loop }), scope());
    if (proceeds === true && loop !== undefined) expect(resolved.ok).toBe(true);
    else expect(resolved.ok && resolved.value.proceeds).toBe(proceeds);
  });

  test("a call that is not made need not resolve, and hooks are left alone", () => {
    expect(value("{{steps.unknown.id}}", { when: "1 == 2" })).toBe("{{steps.unknown.id}}");
    const hooks = { exit: { template: "t", arguments: { parameters: [{ name: "p", value: "{{steps.next.id}}" }] } } };
    const resolved = resolveCall(call({ hooks }), scope());
    expect(resolved.ok && resolved.value.call.hooks).toEqual(hooks);
  });

  test("artifacts are resolved to their places", () => {
    const artifacts = (artifact: object) => {
      const resolved = resolveCall(call({ arguments: { artifacts: [{ name: "x", ...artifact }] } }), scope());
      return resolved.ok ? resolved.value.call.arguments?.artifacts : resolved.error;
    };
    expect(artifacts({ from: "{{steps.a.outputs.artifacts.art}}" })).toEqual([{ name: "x", s3: { key: "dir" } }]);
    expect(artifacts({ from: "{{steps.a.outputs.artifacts.art}}", subPath: "{{workflow.name}}" })).toEqual([
      { name: "x", s3: { key: "dir/wf" } },
    ]);
    expect(
      artifacts({
        fromExpression: "steps.a.status == 'Failed' ? inputs.artifacts.file : steps.a.outputs.artifacts.art",
      }),
    ).toEqual([{ name: "x", s3: { key: "dir" } }]);
    expect(artifacts({ from: "{{steps.a.outputs.artifacts.none}}", optional: true })).toEqual([]);
    // A skipped step's artifact is known and lies nowhere: who can do without it is not given it.
    expect(artifacts({ from: "{{steps.skipped.outputs.artifacts.art}}", optional: true })).toEqual([]);
    expect(artifacts({ from: "{{steps.skipped.outputs.artifacts.art}}" })).toEqual([{ name: "x" }]);
    expect(artifacts({ from: "{{steps.a.outputs.artifacts.none}}" })).toBe(
      'unable to resolve references: Unable to resolve: "steps.a.outputs.artifacts.none"',
    );
    expect(artifacts({ from: "{{=inputs.artifacts.file}}" })).toEqual([{ name: "x", raw: { data: "x" } }]);
    expect(artifacts({ from: "{{steps.a.status}}" })).toBe(
      'unable to resolve references: Unable to resolve: "Succeeded"',
    );
    expect(artifacts({ fromExpression: "steps.a.status" })).toBe(
      "unable to resolve references: Variable {{steps.a.status}} is not an artifact",
    );
    expect(artifacts({ fromExpression: "1 +" })).toMatch(/^unable to resolve references: /);
    expect(artifacts({ from: "{{inputs.artifacts.file}}", subPath: "x" })).toMatch(/raw artifact does not have a key$/);
    expect(artifacts({ from: "{{inputs.artifacts.file}}", subPath: "{{" })).toMatch(/Cannot find end tag/);
    expect(artifacts({ raw: { data: "x" } })).toEqual([{ name: "x", raw: { data: "x" } }]);
  });

  test("what cannot be read is an error", () => {
    expect(resolveCall(call({ when: "{{" }), scope()).ok).toBe(false);
    expect(resolveCall(call({ when: "1 +" }), scope()).ok).toBe(false);
    expect(resolveHookArguments({ parameters: [{ name: "p", value: "{{" }] }, scope()).ok).toBe(false);
    const artifacts = [{ name: "x", from: "{{steps.no.outputs.artifacts.a}}" }];
    expect(resolveHookArguments({ artifacts }, scope()).ok).toBe(false);
    expect(
      resolveHookArguments({ artifacts: artifacts.map((artifact) => ({ ...artifact, optional: true })) }, scope()),
    ).toEqual({ ok: true, value: { artifacts: [] } });
  });

  test("a hook's unknown names stay", () => {
    const args = { parameters: [{ name: "p", value: "{{steps.a.status}} {{steps.unknown.id}}" }] };
    expect(resolveHookArguments(args, scope())).toEqual({
      ok: true,
      value: { parameters: [{ name: "p", value: "Succeeded {{steps.unknown.id}}" }] },
    });
  });
});

describe("outputs of a template", () => {
  const parameter = (valueFrom: object): unknown => {
    const outputs = templateOutputs({ outputs: { parameters: [{ name: "o", globalName: "g", valueFrom }] } }, scope());
    return outputs.ok ? outputs.value?.parameters?.[0]?.value : outputs.error;
  };

  test.each([
    { from: { parameter: "{{steps.a.outputs.parameters.p}}" }, result: "one" },
    { from: { parameter: "{{steps.loop.outputs.parameters.p}}" }, result: '["x","y"]' },
    { from: { parameter: "{{steps.none.outputs.result}}" }, result: 'Unable to resolve: "steps.none.outputs.result"' },
    { from: { parameter: "{{steps.none.outputs.result}}", default: "d" }, result: "d" },
    { from: { parameter: "{{steps.skipped.outputs.parameters.owed}}", default: "d" }, result: "d" },
    {
      from: { parameter: "{{steps.skipped.outputs.parameters.owed}}" },
      result:
        'output parameter "o": "{{steps.skipped.outputs.parameters.owed}}" is an absent optional (skipped/omitted node output with no default)',
    },
    {
      from: { expression: "steps.a.status == 'Succeeded' ? steps.a.outputs.result : steps.b.outputs.result" },
      result: "heads",
    },
    { from: { expression: "1.5 + 1" }, result: "2.5" },
    { from: { parameter: "{{= 1 + 1 }}" }, result: "2" },
    { from: { expression: "1 +", default: "d" }, result: "d" },
    {
      from: { parameter: "{{steps.text.outputs.result}}" },
      result: 'a loop\'s result is not JSON, so that the results cannot be listed: "hello"',
    },
    { from: { expression: "steps.skipped.outputs.parameters.owed ?? 'none'" }, result: "none" },
    { from: { expression: "nil", default: "d" }, result: "d" },
    { from: { expression: "nil" }, result: 'failed to evaluate expression "nil"' },
    { from: {}, result: "" },
  ])("$from", ({ from, result }) => {
    expect(parameter(from)).toBe(result);
  });

  test("none where none are declared, and a parameter needs a source", () => {
    expect(templateOutputs({ name: "t" }, scope())).toEqual({ ok: true, value: undefined });
    expect(templateOutputs({ outputs: { parameters: [{ name: "o" }] } }, scope())).toEqual({
      ok: false,
      error: "output parameters must have a valueFrom specified",
    });
  });

  test("artifacts are those of the nodes, under the declared name", () => {
    const outputs = templateOutputs(
      {
        outputs: {
          artifacts: [
            { name: "o", from: "{{steps.a.outputs.artifacts.art}}" },
            { name: "none", from: "{{steps.a.outputs.artifacts.none}}", optional: true },
            { name: "own", path: "/x" },
          ],
        },
      },
      scope(),
    );
    const missing = { artifacts: [{ name: "o", from: "{{steps.a.outputs.artifacts.none}}" }] };
    expect(templateOutputs({ outputs: missing }, scope()).ok).toBe(false);
    expect(outputs).toEqual({ ok: true, value: { artifacts: [{ name: "o", s3: { key: "dir" } }] } });
  });
});

describe("global outputs", () => {
  test("are put in under their global name, the last value wins, and nothing new is nothing changed", () => {
    const first = withGlobalOutputs(undefined, {
      parameters: [
        { name: "p", globalName: "g", value: "1" },
        { name: "local", value: "2" },
      ],
      artifacts: [{ name: "a", globalName: "ga", path: "/a", s3: { key: "k" } }],
    });
    expect(first).toEqual({ parameters: [{ name: "g", value: "1" }], artifacts: [{ name: "ga", s3: { key: "k" } }] });
    expect(withGlobalOutputs(first, { parameters: [{ name: "p", globalName: "g", value: "1" }] })).toBe(first);
    expect(withGlobalOutputs(first, undefined)).toBe(first);
    const again = { artifacts: [{ name: "a", globalName: "ga", s3: { key: "k" } }, { name: "local" }] };
    expect(withGlobalOutputs(first, again)).toBe(first);
    expect(
      withGlobalOutputs(first, { artifacts: [{ name: "a", globalName: "ga", s3: { key: "l" } }] })?.artifacts,
    ).toEqual([{ name: "ga", s3: { key: "l" } }]);
    expect(withGlobalOutputs(undefined, { parameters: [{ name: "p", globalName: "late" }] })).toEqual({
      parameters: [{ name: "late" }],
    });
    expect(withGlobalOutputs(first, { parameters: [{ name: "p", globalName: "g", value: "2" }] })?.parameters).toEqual([
      { name: "g", value: "2" },
    ]);
  });
});
