import { describe, expect, test } from "vitest";
import { type FailureEvidence, fingerprintOf, tellingLines } from "./fingerprint.ts";
import { normalizeLine } from "./normalize-line.ts";

describe("a line without what changes from run to run", () => {
  test.each([
    ["2026-11-26T16:14:17.123Z ERROR took 3021 ms", "<time> ERROR took <n> ms"],
    ["2026/11/26 16:14:17 dial tcp 10.1.2.3:5432: refused", "<time> dial tcp <address>: refused"],
    ["[16:14:17,004] gone", "[<time>] gone"],
    ["run 3f2b8c1e-6d0a-4b52-9f7e-0c1d2e3f4a5b ended", "run <uuid> ended"],
    ["commit 9fceb02d0ae598e95dc970b74767f19372d61af8", "commit <hex>"],
    ["segfault at 0x7ffE12 in deadbeef", "segfault at <hex> in deadbeef"],
    ["open /tmp/tmp8x_2k1/model.bin: no such file", "open /tmp/<name>/model.bin: no such file"],
    ["open /data/run-20261126/part.csv", "open /data/<name>/part.csv"],
    ["open /usr/lib/python3/site.py line 12", "open /usr/lib/<name>/site.py line <n>"],
    ["\u001b[31mfatal:\u001b[0m   1,024.5 of 2048", "fatal: <n> of <n>"],
    ["pod my-flow-x7k2p-step is gone", "pod <name>-step is gone"],
    ["", ""],
  ])("%s", (line, expected) => expect(normalizeLine(line, ["my-flow-x7k2p"])).toBe(expected));

  test("is bounded", () => expect(normalizeLine("x".repeat(5_000))).toHaveLength(300));
});

test.each([
  { what: "the last error", log: "a\nError: one\nb\nError: two\nbye", lines: ["Error: one", "Error: two"] },
  { what: "the last lines where none tells", log: "a\nb\nc\nd\n", lines: ["b", "c", "d"] },
  { what: "each once", log: "fail 1\nfail 2\nfail 3", lines: ["fail <n>"] },
  { what: "nothing of nothing", log: "\n \n", lines: [] },
])("lines that tell: $what", ({ log, lines }) => expect(tellingLines(log)).toEqual(lines));

describe("two failures", () => {
  const one: FailureEvidence = {
    exitCode: "3",
    message: "main: Error (exit code 3)",
    logTail: "start\nError: cannot connect to 10.1.2.3:5432 after 3021 ms\n",
    image: "busybox",
    template: "local/a/load",
    names: ["a-1"],
  };
  const silent = { ...one, logTail: undefined };
  test.each([
    {
      what: "that differ in numbers",
      other: { ...one, logTail: "go\nError: cannot connect to 10.9.9.9:1 after 7 ms" },
      same: true,
    },
    { what: "of two templates", other: { ...one, template: "local/b/store" }, same: true },
    { what: "of two exit codes", other: { ...one, exitCode: "4" }, same: false },
    { what: "of two images", other: { ...one, image: "busybox:2" }, same: false },
    { what: "of two errors", other: { ...one, logTail: "Error: disk full" }, same: false },
    { what: "of which one was killed", other: { ...one, message: "OOMKilled (exit code 137)" }, same: false },
  ])("$what", ({ other, same }) => expect(fingerprintOf(other).id === fingerprintOf(one).id).toBe(same));

  test("that say nothing are one only in one template", () => {
    expect(fingerprintOf({ ...silent, names: ["a-2"] }).id).toBe(fingerprintOf(silent).id);
    expect(fingerprintOf({ ...silent, template: "local/b/store" }).id).not.toBe(fingerprintOf(silent).id);
  });

  test("are called by what they said last", () => {
    expect(fingerprintOf(one)).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      title: "Error: cannot connect to <address> after <n> ms",
    });
    expect(fingerprintOf(silent).title).toBe("main: Error (exit code <n>)");
    expect(fingerprintOf({ ...silent, message: "" }).title).toBe("exit code 3");
  });
});
