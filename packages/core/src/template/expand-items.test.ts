import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../json.ts";
import type { Sequence, TemplateCall } from "../spec/template.ts";
import { expandCall } from "./expand-items.ts";
import { noVariables } from "./variable-layers.ts";

function loopOver(loop: Partial<TemplateCall>, value = "{{item}}"): TemplateCall {
  return { name: "fan", template: "work", arguments: { parameters: [{ name: "p", value }] }, ...loop };
}

/** Names and values of all calls, or the error. */
function expand(call: TemplateCall, variables: ReadonlyMap<string, string> = new Map()): unknown {
  const expansion = expandCall(call, variables);
  if (!expansion.ok) return expansion.error;
  return Array.from({ length: expansion.value.length }, (_, index) => {
    const made = expansion.value.at(index);
    expect(made.ok && made.value.name).toBe(made.ok && expansion.value.nameAt(index));
    return made.ok ? [made.value.name, made.value.arguments?.parameters?.[0]?.value] : made.error;
  });
}

describe("withItems", () => {
  test.each<{ item: Json; name: string; value: string }>([
    { item: "hello world", name: "fan(0:hello world)", value: "hello world" },
    { item: "a (b)", name: "fan(0:a b)", value: "a (b)" },
    { item: 'say "hi"\n', name: 'fan(0:say \\"hi\\"\\n)', value: 'say "hi"\n' },
    { item: 3, name: "fan(0:3)", value: "3" },
    { item: 2.5, name: "fan(0:2.5)", value: "2.5" },
    { item: true, name: "fan(0:true)", value: "true" },
    { item: ["a", 1], name: "fan(0:[a 1])", value: '["a",1]' },
    { item: { os: "debian", n: 9 }, name: "fan(0:n:9,os:debian)", value: '{"n":9,"os":"debian"}' },
    { item: { a: [1, { b: 2 }] }, name: 'fan(0:a:[1,{"b":2}])', value: '{"a":[1,{"b":2}]}' },
    { item: { cmp: "a<b" }, name: "fan(0:cmp:a<b)", value: '{"cmp":"a\\u003cb"}' },
  ])("$item", ({ item, name, value }) => {
    expect(expand(loopOver({ withItems: [item] }))).toEqual([[name, value]]);
  });

  test("fields of a map are addressable", () => {
    const call = loopOver({ withItems: [{ image: "debian", tag: 9.1 }] }, "{{item.image}}:{{ item.tag }}");
    expect(expand(call)).toEqual([["fan(0:image:debian,tag:9.1)", "debian:9.1"]]);
  });

  test("other variables resolve too, and what stays unknown is an error of the item", () => {
    const variables = new Map([["workflow.name", "wf"]]);
    expect(expand(loopOver({ withItems: ["x"] }, "{{workflow.name}}-{{item}}"), variables)).toEqual([
      ["fan(0:x)", "wf-x"],
    ]);
    expect(expand(loopOver({ withItems: ["x"] }, "{{steps.a.id}}"))).toEqual(["failed to resolve {{steps.a.id}}"]);
  });

  test("nothing is an error where the condition is false for every item", () => {
    const call = loopOver({ withItems: ["x"], when: "false" }, "{{steps.a.id}}");
    expect(expand(call)).toEqual([["fan(0:x)", "{{steps.a.id}}"]]);
  });

  test("an expression tag sees the item", () => {
    expect(expand(loopOver({ withItems: [{ n: "4" }] }, "{{=int(item.n) + 1}}"))).toEqual([["fan(0:n:4)", "5"]]);
  });
});

describe("withParam", () => {
  test.each([
    {
      text: '["a",{"k":"v"}]',
      result: [
        ["fan(0:a)", "a"],
        ["fan(1:k:v)", '{"k":"v"}'],
      ],
    },
    {
      text: '[1.0, 12345678901234567890, {"id": 9007199254740993, "s": "1.0"}, 1e3]',
      result: [
        ["fan(0:1.0)", "1.0"],
        ["fan(1:12345678901234567890)", "12345678901234567890"],
        ["fan(2:id:9007199254740993,s:1.0)", '{"id":9007199254740993,"s":"1.0"}'],
        ["fan(3:1e3)", "1e3"],
      ],
    },
    { text: "[]", result: [] },
    { text: "null", result: [] },
    {
      text: " mary had a little lamb ",
      result:
        "withParam value could not be parsed as a JSON list: mary had a little lamb: invalid character 'm' looking for beginning of value",
    },
    {
      text: '{"a":1}',
      result:
        'withParam value could not be parsed as a JSON list: {"a":1}: json: cannot unmarshal object into Go value of type []v1alpha1.Item',
    },
    { text: '["a"', result: 'withParam value could not be parsed as a JSON list: ["a": it is not valid JSON' },
  ])("$text", ({ text, result }) => {
    expect(expand(loopOver({ withParam: text }))).toEqual(result);
  });

  test("a list that cannot be read does not matter where the condition is false", () => {
    expect(expand(loopOver({ withParam: "{{steps.a.outputs.result}}", when: "1 == 2" }))).toEqual([]);
  });
});

describe("withSequence", () => {
  const values = (sequence: Sequence): unknown => {
    const calls = expand(loopOver({ withSequence: sequence }));
    return Array.isArray(calls) ? calls.map((call) => (Array.isArray(call) ? call[1] : call)) : calls;
  };

  test.each<{ sequence: Sequence; items: unknown }>([
    { sequence: { count: 3 }, items: ["0", "1", "2"] },
    { sequence: { count: "2", start: "5" }, items: ["5", "6"] },
    { sequence: { start: 1, end: 3 }, items: ["1", "2", "3"] },
    { sequence: { start: 3, end: 1 }, items: ["3", "2", "1"] },
    { sequence: { count: 0 }, items: [] },
    { sequence: { end: 0 }, items: ["0"] },
    { sequence: { count: 2, format: "testuser%02X" }, items: ["testuser00", "testuser01"] },
    { sequence: { count: 1, format: "a\\tb%d" }, items: ["a\tb0"] },
    { sequence: { count: "x" }, items: 'strconv.Atoi: parsing "x": invalid syntax' },
    { sequence: { start: "1.5", count: 1 }, items: 'strconv.Atoi: parsing "1.5": invalid syntax' },
    { sequence: {}, items: "neither end nor count was specified in withSequence" },
    {
      sequence: { count: 1, format: '"%d' },
      items: 'withSequence: the format "\\"%d" does not give the inside of a JSON string',
    },
  ])("$sequence", ({ sequence, items }) => {
    expect(values(sequence)).toEqual(items);
  });

  test("a long sequence is not made before it is asked for", () => {
    const expansion = expandCall(loopOver({ withSequence: { count: 1_000_000_000 } }), noVariables);
    expect(expansion.ok && expansion.value.length).toBe(1_000_000_000);
    expect(expansion.ok && expansion.value.nameAt(999_999_999)).toBe("fan(999999999:999999999)");
  });

  test("start and end are always part of it, and neighbours differ by one", () => {
    const bound = fc.integer({ min: -50, max: 50 });
    fc.assert(
      fc.property(bound, bound, (start, end) => {
        const items = values({ start: String(start), end });
        const numbers = Array.isArray(items) ? items.map(Number) : [];
        expect(numbers.at(0)).toBe(start);
        expect(numbers.at(-1)).toBe(end);
        for (let index = 1; index < numbers.length; index++) {
          expect(Math.abs((numbers[index] ?? 0) - (numbers[index - 1] ?? 0))).toBe(1);
        }
      }),
    );
  });
});
