import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readStdoutTail, stdoutOf } from "./cri-log.ts";

const pod = { metadata: { namespace: "ns", name: "p", uid: "u" } };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "capstan-cri-"));
  mkdirSync(join(folder, "ns_p_u", "main"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const line = (stream: string, tag: string, text: string): string => `2026-01-01T00:00:00.1Z ${stream} ${tag} ${text}\n`;

test.each([
  {
    what: "stdout alone",
    log: line("stdout", "F", "a") + line("stderr", "F", "noise") + line("stdout", "F", "b"),
    text: "a\nb\n",
  },
  { what: "a line that was cut", log: line("stdout", "P", "half ") + line("stdout", "F", "line"), text: "half line\n" },
  { what: "an empty line, and spaces", log: line("stdout", "F", "") + line("stdout", "F", "  x  "), text: "\n  x  \n" },
  { what: "a line without end", log: `${line("stdout", "F", "a")}2026-01-01T00:00:00.1Z stdout F b`, text: "a\nb\n" },
  { what: "what is no log", log: "nonsense\n\n", text: "" },
])("$what", ({ log, text }) => expect(stdoutOf(Buffer.from(log), 1_000)).toBe(text));

test("the last bytes of the newest file, however much stands before them", async () => {
  writeFileSync(join(folder, "ns_p_u", "main", "0.log"), line("stdout", "F", "of the first start"));
  const noise = Array.from({ length: 20_000 }, (_, index) =>
    line(index % 2 ? "stderr" : "stdout", "F", `${index}`),
  ).join("");
  writeFileSync(join(folder, "ns_p_u", "main", "1.log"), noise + line("stdout", "F", "the end"));
  const tail = await readStdoutTail(folder, pod, "main", 100);
  expect(tail).toHaveLength(100);
  expect(tail).toMatch(/\n19998\nthe end\n$/);
});

test("a container without files is told from one that said nothing", async () => {
  expect(await readStdoutTail(folder, pod, "other", 100)).toBeUndefined();
  writeFileSync(join(folder, "ns_p_u", "main", "0.log"), "");
  expect(await readStdoutTail(folder, pod, "main", 100)).toBe("");
});
