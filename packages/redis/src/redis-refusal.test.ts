import { describe, expect, test } from "vitest";
import { redisRefusal } from "./redis-refusal.ts";

const rights = "give it more";
const wrongPassword = new Error("WRONGPASS invalid username-password pair or user is disabled.");
const noRight = Object.assign(new Error("NOPERM this user has no permissions to access one of the channels"), {
  command: { name: "subscribe", args: ["capstan:logs-requested:other"] },
});

describe("a refusal of Redis", () => {
  test.each([
    { url: "redis://agent:secret@redis.example:6380/1", who: 'redis.example:6380 does not let user "agent"' },
    { url: "rediss://:secret@redis.example", who: "redis.example does not let the default user" },
    { url: "redis://redis.example:1?family=6", who: "redis.example:1 does not let the default user" },
    { url: "redis+cluster://a:p@ss@h1:1,h2:2", who: 'h1:1,h2:2 does not let user "a"' },
  ])("names the place and the user of $url, never the password", ({ url, who }) => {
    const text = redisRefusal(wrongPassword, { url, rights });
    expect(text).toContain(`Redis at ${who} in (WRONGPASS `);
    expect(text).not.toMatch(/secret|p@ss/);
  });

  test("says what was refused, and how to get the right", () => {
    expect(redisRefusal(noRight, { url: "redis://agent:secret@h:1", rights })).toBe(
      'Redis at h:1 does not let user "agent" do what is needed (NOPERM this user has no permissions to access one of the channels; subscribe capstan:logs-requested:other): give it more',
    );
  });

  test("does not repeat a command that carries a password", () => {
    const error = Object.assign(new Error("NOPERM no"), { command: { name: "HELLO", args: ["3", "AUTH", "a", "x"] } });
    expect(redisRefusal(error, { url: "redis://a:x@h", rights })).toContain("(NOPERM no): give it more");
  });

  test.each([new Error("connect ECONNREFUSED"), new TypeError("undefined"), "NOTHING"])(
    "is not what %s is",
    (error) => {
      expect(redisRefusal(error, { url: "redis://h", rights })).toBeUndefined();
    },
  );
});
