import type { LogLine, Runtime } from "@capstan/core";
import { VirtualTime } from "@capstan/testkit";
import { expect, test } from "vitest";
import { readLogTail } from "./log-tail.ts";

function runtimeWith(logs: () => AsyncIterable<LogLine>): Runtime {
  return { logs } as unknown as Runtime;
}

async function* linesOf(texts: readonly string[]): AsyncGenerator<LogLine> {
  for (const text of texts) yield { atMs: 1, stream: "stdout", container: "main", text };
}

const time = new VirtualTime();

test.each([
  { what: "all of a short log", texts: ["a", "b"], tail: "a\nb" },
  {
    what: "whole lines from the end of a long one",
    texts: ["x".repeat(2_000), "y".repeat(100), "z"],
    tail: `${"y".repeat(100)}\nz`,
  },
  {
    what: "the end of a line that is too long itself",
    texts: [`${"x".repeat(5_000)}!`],
    tail: `${"x".repeat(2_047)}!`,
  },
  { what: "nothing of an empty log", texts: [], tail: undefined },
])("$what", async ({ texts, tail }) => {
  expect(
    await readLogTail(
      runtimeWith(() => linesOf(texts)),
      "t",
      time,
    ),
  ).toBe(tail);
});

test("what came before the log broke off", async () => {
  async function* broken(): AsyncGenerator<LogLine> {
    yield* linesOf(["a"]);
    throw new Error("gone");
  }
  expect(await readLogTail(runtimeWith(broken), "t", time)).toBe("a");
});

test("a log that does not come is not waited for", async () => {
  async function* silent(): AsyncGenerator<LogLine> {
    yield* linesOf(["a"]);
    await new Promise(() => undefined);
  }
  const tail = readLogTail(runtimeWith(silent), "t", time);
  await time.advance(5_000);
  expect(await tail).toBe("a");
});
