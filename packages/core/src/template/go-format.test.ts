import { describe, expect, test } from "vitest";
import { formatInteger } from "./go-format.ts";

describe("withSequence.format is Go's fmt", () => {
  test.each([
    { format: "%d", value: 5, text: "5" },
    { format: "testuser%02X", value: 27, text: "testuser1B" },
    { format: "%x-%x", value: 255, text: "ff-%!x(MISSING)" },
    { format: "%o", value: 8, text: "10" },
    { format: "%#o %[1]O", value: 8, text: "010 0o10" },
    { format: "%b", value: -5, text: "-101" },
    { format: "%#x", value: 255, text: "0xff" },
    { format: "%#X", value: 255, text: "0XFF" },
    { format: "%#b", value: 5, text: "0b101" },
    { format: "%5d|", value: 42, text: "   42|" },
    { format: "%-5d|", value: 42, text: "42   |" },
    { format: "%05d", value: -42, text: "-0042" },
    { format: "%-05d|", value: 42, text: "42   |" },
    { format: "%+d", value: 42, text: "+42" },
    { format: "% d", value: 42, text: " 42" },
    { format: "%.4d", value: 42, text: "0042" },
    { format: "%8.4d", value: 42, text: "    0042" },
    { format: "%.0d|", value: 0, text: "|" },
    { format: "%v", value: 7, text: "7" },
    { format: "%c%%", value: 65, text: "A%" },
    { format: "%q", value: 65, text: "'A'" },
    { format: "%U", value: 0x1f600, text: "U+1F600" },
    { format: "%s", value: 5, text: "%!s(int=5)" },
    { format: "plain", value: 5, text: "plain%!(EXTRA int=5)" },
    { format: "%d%", value: 5, text: "5%!(NOVERB)" },
    { format: "%[2]d", value: 5, text: "%!d(BADINDEX)" },
    { format: "2017-%02d-01", value: 3, text: "2017-03-01" },
  ])("$format of $value", ({ format, value, text }) => {
    expect(formatInteger(format, value)).toBe(text);
  });
});
