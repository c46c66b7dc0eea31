import { expect, test } from "vitest";
import { aclCommand } from "./acl-command.ts";

test("the line has the password's hash and the pools of the agent", () => {
  const answer = aclCommand(["--pool", "gpu", "--cluster", "east"], { CAPSTAN_REDIS_PASSWORD: "secret" });
  const line = answer.ok ? answer.value.line : answer.error;
  expect(line).toMatch(
    /^user agent-east on #2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b resetkeys/,
  );
  expect(line).toContain("~{capstan:gpu}:* ~{capstan:cluster=east}:* ~{capstan:pool=gpu;cluster=east}:*");
  expect(line).not.toContain("secret");
});

test("all selectors may be given at once", () => {
  const answer = aclCommand(["--any-selector"], {});
  expect(answer.ok && answer.value.line).toContain(" ~{capstan:selector=*}:* ");
});

test("a password is made up where none is given, and said beside the line", () => {
  const answer = aclCommand([], {});
  expect(answer.ok && answer.value.note).toMatch(/^password of agent-local: \S{32}$/);
});

test.each([
  { args: ["--user", "a b"], error: /--user a b/ },
  { args: ["--pool", "a b"], error: /"a b" is no name/ },
  { args: ["--selector", "zone in a"], error: /capstan\.dev\/selector/ },
  { args: ["--colour"], error: /--colour/ },
])("$args is a mistake", ({ args, error }) => {
  const answer = aclCommand(args, {});
  expect(answer.ok ? "" : answer.error).toMatch(error);
});
