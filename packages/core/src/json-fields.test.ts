import { expect, test } from "vitest";
import { numberAt, objectAt, objectsAt, textAt, textMapAt, textsAt, valueAt } from "./json-fields.ts";

const value = {
  ...{ object: { a: 1 }, list: [{ a: 1 }, "x", null, [1], 7], text: "t", empty: "", blank: " ", number: 7, zero: 0 },
  ...{ written: "0.5", word: "x", nothing: null, map: { a: "", b: 7 } },
};

test.each([
  { read: textAt(value, "text"), as: "t" },
  { read: textAt(value, "empty"), as: undefined },
  { read: textAt(value, "blank"), as: " " },
  { read: textAt(value, "number"), as: undefined },
  { read: textAt(undefined, "text"), as: undefined },
  { read: textAt("text", "length"), as: undefined },
  { read: textAt([], "length"), as: undefined },
  { read: valueAt(value, "nothing"), as: null },
  { read: valueAt(value, "toString"), as: undefined },
  { read: objectAt(value, "object"), as: { a: 1 } },
  { read: objectAt(value, "list"), as: undefined },
  { read: objectAt(value, "nothing"), as: undefined },
  { read: objectAt(value, "constructor"), as: undefined },
  { read: objectsAt(value, "list"), as: [{ a: 1 }] },
  { read: objectsAt(value, "object"), as: [] },
  { read: textsAt({ list: ["a", "", 7] }, "list"), as: ["a", "", "7"] },
  { read: textsAt(value, "text"), as: [] },
  { read: textMapAt(value, "map"), as: { a: "", b: "7" } },
  { read: textMapAt(value, "list"), as: undefined },
  { read: numberAt(value, "number"), as: 7 },
  { read: numberAt(value, "zero"), as: 0 },
  { read: numberAt(value, "written"), as: 0.5 },
  { read: numberAt(value, "word"), as: undefined },
  { read: numberAt(value, "blank"), as: undefined },
  { read: numberAt(value, "empty"), as: undefined },
])("reads $as", ({ read, as }) => expect(read).toEqual(as));
