import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compactGoJson, goJson, parametersJson } from "./go-json.ts";

describe("JSON as Go writes it", () => {
  test.each([
    { value: { b: 1, a: { "10": 1, "9": 2 } }, text: '{"a":{"10":1,"9":2},"b":1}' },
    { value: ["<a&b>"], text: '["\\u003ca\\u0026b\\u003e"]' },
    { value: "\u2028", text: '"\\u2028"' },
    { value: undefined, text: "null" },
  ])("$text", ({ value, text }) => {
    expect(goJson(value)).toBe(text);
  });

  test("raw JSON keeps its order", () => {
    expect(compactGoJson({ b: 1, a: "<" })).toBe('{"b":1,"a":"\\u003c"}');
  });

  test("parameters have the order of Argo's fields", () => {
    expect(parametersJson([])).toBe("null");
    expect(
      parametersJson([
        { value: "v", name: "n", description: "d", enum: ["v"], valueFrom: { default: "x", path: "/p" }, default: "w" },
      ]),
    ).toBe(
      '[{"name":"n","default":"w","value":"v","valueFrom":{"path":"/p","default":"x"},"enum":["v"],"description":"d"}]',
    );
  });

  test("what is written is the same value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(goJson(JSON.parse(JSON.stringify(value))))).toEqual(plain);
      }),
    );
  });
});
