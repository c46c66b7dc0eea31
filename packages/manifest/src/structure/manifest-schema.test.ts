import { describe, expect, test } from "vitest";
import { fieldNotes } from "./field-notes.ts";
import { manifestSchema } from "./manifest-schema.ts";

describe("the schema for editors", () => {
  const schema = manifestSchema();

  test("is JSON, and every struct that it names is in it", () => {
    const text = JSON.stringify(schema);
    expect(JSON.parse(text)).toEqual(schema);
    const named = [...text.matchAll(/"struct":"([^"]+)"/g)].map(([, name = ""]) => name);
    expect(named.filter((name) => schema.structs[name] === undefined)).toEqual([]);
  });

  test("a step's fields are found from the kind", () => {
    expect(schema.kinds["Workflow"]).toEqual({ struct: "Workflow" });
    expect(schema.structs["Workflow"]?.["spec"]?.shape).toEqual({ struct: "spec" });
    expect(schema.structs["spec"]?.["templates"]?.shape).toEqual({ list: { struct: "template" } });
    expect(schema.structs["template"]?.["steps"]?.shape).toEqual({ list: { list: { struct: "step" } } });
    expect(schema.structs["step"]?.["withItems"]?.shape).toEqual({ list: "any" });
  });

  test("fields of older versions come with what to write instead", () => {
    expect(schema.structs["spec"]?.["podPriority"]?.advice).toBe("set podPriorityClassName");
  });

  test("every note is of a field that there is", () => {
    const fields = Object.entries(schema.structs).flatMap(([struct, own]) =>
      Object.keys(own).flatMap((field) => [`${struct.replace(/ \d+$/, "")}.${field}`, `*.${field}`]),
    );
    expect(Object.keys(fieldNotes).filter((field) => !fields.includes(field))).toEqual([]);
  });
});
