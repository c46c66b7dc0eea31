import { expect, test } from "vitest";
import { decodeText } from "./decode-text.ts";

test("UTF-8 is text, with its byte order mark", () => {
  expect(decodeText(new TextEncoder().encode("\ufeffä: 🙂\n"))).toEqual({ ok: true, value: "\ufeffä: 🙂\n" });
});

test.each([
  { what: "Latin-1", bytes: [0x61, 0x0a, 0x0a, 0xe4, 0x62, 0x0a, 0x63], line: 3, says: "not UTF-8" },
  { what: "a character cut off at the end", bytes: [0x61, 0x0a, 0xe2, 0x82], line: 2, says: "not UTF-8" },
  { what: "UTF-16", bytes: [0xff, 0xfe, 0x61, 0x00, 0x0a, 0x00], line: 1, says: "UTF-16" },
])("$what is refused with its line", ({ bytes, line, says }) => {
  expect(decodeText(Uint8Array.from(bytes), "f.yaml")).toMatchObject({
    ok: false,
    error: { code: "SYNTAX", line, file: "f.yaml", message: expect.stringContaining(says) },
  });
});
