import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileTemplate } from "./compile-template.ts";
import { replaceTemplate, replaceTemplateStrict } from "./replace-template.ts";

const variables = new Map<string, string | null>([
  ["name", "x"],
  ["quoted", 'a "b" \\ c'],
  ["lines", "1\n2\t3"],
  ["accents", "é 🎉"],
  ["bell", "\u0007"],
  ["delete", "\u007f"],
  ["nothing", null],
  ["inputs.parameters.which", "message"],
  ["inputs.parameters.message", "hello"],
  ["inputs.parameters.count", "3"],
  ["steps.a.outputs.result", "[1,2]"],
]);

const lenient = { allowUnresolved: true };
const strict = { allowUnresolved: false };

describe("simple tags", () => {
  test.each([
    { source: '"{{name}}"', out: '"x"' },
    { source: '"{{ name }} {{name}}"', out: '"x x"' },
    { source: '"{{quoted}}"', out: '"a \\"b\\" \\\\ c"' },
    { source: '"{{lines}}"', out: '"1\\n2\\t3"' },
    { source: '"{{accents}}"', out: '"é 🎉"' },
    { source: '"{{unknown}}"', out: '"{{unknown}}"' },
    { source: '"{{inputs.parameters.{{inputs.parameters.which}}}}"', out: '"{{inputs.parameters.message}}"' },
    { source: '"{{inputs.parameters.{{unknown}}}}"', out: '"{{inputs.parameters.{{unknown}}}}"' },
    { source: '{"{{name}}":"{{name}}"}', out: '{"x":"x"}' },
    { source: '"{ {name}} }}"', out: '"{ {name}} }}"' },
  ])("$source -> $out", ({ source, out }) => {
    expect(replaceTemplate(source, variables, lenient)).toEqual({ ok: true, value: out });
  });

  test.each([
    { source: "{{name}}", error: /invalid JSON/ },
    { source: '"{{name"', error: /Cannot find end tag="}}"/ },
    { source: '"{{nothing}}"', error: /absent optional/ },
    { source: '"{{a.{{nothing}}}}"', error: /nested tag/ },
    { source: '"{{bell}}"', error: /result was invalid JSON/ },
    { source: '"{{delete}}"', error: /result was invalid JSON/ },
  ])("$source fails", ({ source, error }) => {
    const result = replaceTemplate(source, variables, lenient);
    expect(result.ok ? "" : result.error).toMatch(error);
  });

  test("unknown names fail when everything must be resolved", () => {
    expect(replaceTemplate('"{{unknown}}"', variables, strict)).toEqual({
      ok: false,
      error: "failed to resolve {{unknown}}",
    });
  });

  test.each([
    { source: '"{{steps.b.outputs.result}}"', ok: false },
    { source: '"{{steps}}"', ok: false },
    { source: '"{{stepsb.x}}"', ok: true },
    { source: '"{{other.x}}"', ok: true },
    { source: '"{{steps.b.outputs.artifacts.c}}"', ok: true },
  ])("below a strict prefix, $source resolves or may stay: $ok", ({ source, ok }) => {
    expect(replaceTemplateStrict(source, variables, ["steps", "tasks"]).ok).toBe(ok);
  });

  test("a tag over the end of a string is written back, or checked when it is replaced", () => {
    const source = '{"a":"{{x","b":{"c":{}}}';
    expect(replaceTemplate(source, new Map(), lenient)).toEqual({ ok: true, value: source });
    expect(replaceTemplate(source, new Map([['x","b":{"c":{', "y"]]), lenient).ok).toBe(false);
  });
});

describe("expression tags", () => {
  test.each([
    { source: '"{{=name}}"', out: '"x"' },
    { source: "\"{{= inputs.parameters.count + '0' }}\"", out: '"30"' },
    { source: '"{{=asInt(inputs.parameters.count) * 2}}"', out: '"6"' },
    {
      source: '"{{=inputs.parameters}}"',
      out: '"{\\"count\\":\\"3\\",\\"message\\":\\"hello\\",\\"which\\":\\"message\\"}"',
    },
    { source: '"{{=\\"a\\" \\u003c \\"b\\"}}"', out: '"true"' },
    { source: '"{{=name + \\"\\\\n\\"}}"', out: '"x\\n"' },
    { source: '"{{=fromJSON(steps.a.outputs.result)[1]}}"', out: '"2"' },
    { source: '"{{=nothing ?? \\"none\\"}}"', out: '"none"' },
    { source: '"{{=item}}"', out: '"{{=item}}"' },
    { source: '"{{=unknown.x}}"', out: '"{{=unknown.x}}"' },
    { source: "\"{{=workflow.status == 'Failed'}}\"", out: "\"{{=workflow.status == 'Failed'}}\"" },
  ])("$source -> $out", ({ source, out }) => {
    expect(replaceTemplate(source, variables, lenient)).toEqual({ ok: true, value: out });
  });

  test.each([
    { source: '"{{=1 +}}"', error: /unexpected token EOF/ },
    { source: '"{{=unknown.x}}"', error: /unknown is missing/ },
    { source: '"{{=nothing}}"', error: /failed to evaluate expression/ },
    { source: '"{{=asInt(name)}}"', error: /invalid operation: int\(x\)/ },
    { source: '"{{=name == 1}}"', error: /mismatched types string and int/ },
  ])("$source fails when everything must be resolved", ({ source, error }) => {
    const result = replaceTemplate(source, variables, strict);
    expect(result.ok ? "" : result.error).toMatch(error);
  });

  test("failures are tolerated while a placeholder stands for a value", () => {
    const placeholders = new Map([["name", "__argo__internal__placeholder-1"]]);
    expect(replaceTemplate('"{{=asInt(name)}}"', placeholders, strict)).toEqual({
      ok: true,
      value: '"{{=asInt(name)}}"',
    });
    expect(replaceTemplate('"{{=1 +}}"', placeholders, strict)).toEqual({ ok: true, value: '"{{=1 +}}"' });
  });

  test("a tag that is not the inside of a JSON string is an error", () => {
    expect(replaceTemplate('["{{=a","b}}"]', variables, lenient).ok).toBe(false);
  });
});

test("names below a prefix are asked for only there when the owner can list them", () => {
  const asked: string[] = [];
  const listing = {
    get: (name: string) => (name === "a.b.c" ? "found" : undefined),
    keys: () => {
      throw new Error("every name was listed");
    },
    keysUnder: (prefix: string) => {
      asked.push(prefix);
      return ["a.b.c"].filter((name) => name.startsWith(`${prefix}.`));
    },
  };
  expect(replaceTemplate('"{{=a.b.c}}"', listing, lenient)).toEqual({ ok: true, value: '"found"' });
  expect(asked.length).toBeGreaterThan(0);
});

test("a template is parsed once and tells its tags", () => {
  const compiled = compileTemplate('{"a":"{{ b }}","c":"{{=d + \\"e\\"}}"}');
  expect(compiled.ok && compiled.value).toMatchObject({
    simpleTags: ["b"],
    expressions: ['d + "e"'],
    hasTags: true,
  });
});

describe("for any input", () => {
  test("a template without tags stays as it is", () => {
    fc.assert(
      fc.property(fc.json(), (source) => {
        fc.pre(!source.includes("{{"));
        expect(replaceTemplate(source, variables, strict)).toEqual({ ok: true, value: source });
      }),
    );
  });

  test("nothing throws, and a result is JSON", () => {
    const part = fc.oneof(fc.constantFrom("{{", "}}", "{{=", "name", '\\"', " ", "a.b", "??", "'"), fc.string());
    const text = fc.array(part, { maxLength: 12 }).map((parts) => `"${parts.join("")}"`);
    const values = fc.dictionary(fc.constantFrom("name", "a", "a.b", "item"), fc.string({ unit: "grapheme" }));
    fc.assert(
      fc.property(text, values, fc.boolean(), (source, entries, allowUnresolved) => {
        const result = replaceTemplate(source, new Map(Object.entries(entries)), { allowUnresolved });
        if (result.ok) expect(() => JSON.parse(result.value)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });

  test("a value comes back from the JSON as it went in", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (value) => {
        const result = replaceTemplate('"{{v}}"', new Map([["v", value]]), strict);
        if (result.ok) expect(JSON.parse(result.value)).toBe(value);
      }),
    );
  });
});
