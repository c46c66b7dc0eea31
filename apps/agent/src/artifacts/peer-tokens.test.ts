import type { Clock } from "@capstan/core";
import { expect, test } from "vitest";
import { PeerTokens } from "./peer-tokens.ts";

const minuteMs = 60_000;

function tokensAt(nowMs: number, secret = "secret"): PeerTokens {
  const clock: Clock = { nowMs: () => nowMs, sleep: async () => undefined };
  return new PeerTokens(Promise.resolve(secret), clock);
}

test.each([
  { what: "at once", atMs: 0, holds: true },
  { what: "while a clock is behind", atMs: -9 * minuteMs, holds: true },
  { what: "not after its time", atMs: 11 * minuteMs, holds: false },
  { what: "not from a far future", atMs: -11 * minuteMs, holds: false },
  { what: "not for another blob", atMs: 0, asked: "b", holds: false },
  { what: "not with another secret", atMs: 0, secret: "other", holds: false },
])("a token holds $what: $holds", async ({ atMs, asked = "a", secret = "secret", holds }) => {
  const start = 100 * minuteMs;
  const token = await tokensAt(start).tokenFor("a");
  expect(await tokensAt(start + atMs, secret).isTokenFor(asked, token)).toBe(holds);
});

test.each(["", ".", "1.x", "x.y", `${"9".repeat(17)}.${"a".repeat(43)}`])("%o is no token", async (token) => {
  expect(await tokensAt(0).isTokenFor("a", token)).toBe(false);
});
