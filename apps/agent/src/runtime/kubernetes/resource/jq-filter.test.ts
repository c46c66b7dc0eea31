import { expect, test } from "vitest";
import { runJqFilter } from "./jq-filter.ts";

const document = { metadata: { name: "x" }, list: [1, 2], map: { b: 1, a: 2 } };

test.each([
  [".metadata.name", "x"],
  [".list[]", "1\n2"],
  [".map", '{"a":2,"b":1}'],
  [".nothing", "null"],
  ["empty", ""],
  ["env.HOME // env.PATH | type", "string"],
])("%s gives %s", async (filter, value) => {
  expect(await runJqFilter(document, filter)).toEqual({ ok: true, value });
});

test.each([
  [".a +", /syntax error/],
  ['error("no")', /no/],
  ["[range(infinite)]", /memory|did not end/],
  ['"x" * 1000000', /more than 262144 bytes/],
])(
  "%s fails with %s",
  async (filter, error) => {
    expect(await runJqFilter(document, filter)).toMatchObject({ ok: false, error: expect.stringMatching(error) });
  },
  20_000,
);

test("a filter that does not end is ended", async () => {
  const result = await runJqFilter(document, "last(range(infinite))", 300);
  expect(result).toMatchObject({ ok: false, error: expect.stringMatching(/did not end within 0\.3 s/) });
});
