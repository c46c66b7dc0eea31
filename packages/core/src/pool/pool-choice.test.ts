import { describe, expect, test } from "vitest";
import { choosePool, isDemandingPool, servesPool } from "./pool-choice.ts";

const of = (annotations: Record<string, string>) => ({
  annotations: Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`capstan.dev/${key}`, value])),
});

describe("the pool of a task", () => {
  test.each([
    { what: "nobody says anything", template: {}, workflow: {}, pool: "default" },
    { what: "the workflow says", template: {}, workflow: { pool: "gpu" }, pool: "gpu" },
    { what: "the template says otherwise", template: { pool: "cpu" }, workflow: { pool: "gpu" }, pool: "cpu" },
    { what: "a cluster", template: { cluster: "east" }, workflow: {}, pool: "cluster=east" },
    {
      what: "a pool of a cluster",
      template: { cluster: "east" },
      workflow: { pool: "gpu" },
      pool: "pool=gpu;cluster=east",
    },
    {
      what: "a selector, in one spelling",
      template: { selector: " region == eu ,  zone in ( b , a ), ! spot" },
      workflow: {},
      pool: "selector=!spot,region=eu,zone in(a,b)",
    },
  ])("$what: $pool", ({ template, workflow, pool }) => {
    expect(
      choosePool(of(template as Record<string, string>), of(workflow as Record<string, string>), "default"),
    ).toEqual({ ok: true, value: pool });
  });

  test("a label says as much as an annotation, which goes first", () => {
    const labels = { "capstan.dev/pool": "a" };
    expect(choosePool({ labels }, undefined, "d")).toEqual({ ok: true, value: "a" });
    expect(choosePool({ labels, ...of({ pool: "b" }) }, undefined, "d")).toEqual({ ok: true, value: "b" });
  });

  test.each([
    { what: "a name with a colon", said: { pool: "a:b" }, error: /capstan\.dev\/pool: "a:b" is no name/ },
    { what: "a name that looks like a demand", said: { cluster: "x=y" }, error: /capstan\.dev\/cluster/ },
    { what: "a selector that is none", said: { selector: "a in b" }, error: /capstan\.dev\/selector/ },
    {
      what: "a selector without end",
      said: { selector: Array.from({ length: 200 }, (_, index) => `key${index}`).join(",") },
      error: /longer than/,
    },
  ])("$what is a mistake", ({ said, error }) => {
    const chosen = choosePool(of(said as Record<string, string>), undefined, "default");
    expect(chosen.ok ? "" : chosen.error).toMatch(error);
  });
});

describe("an agent serves", () => {
  const agent = { pool: "gpu", cluster: "east", labels: { region: "eu", zone: "b" } };
  test.each([
    ["gpu", true],
    ["default", false],
    ["cluster=east", true],
    ["cluster=west", false],
    ["pool=gpu;cluster=east", true],
    ["pool=cpu;cluster=east", false],
    ["selector=region=eu,zone in(a,b),!spot", true],
    ["cluster=east;selector=region=eu,spot", false],
    ["colour=red", false],
  ])("%s: %s", (pool, serves) => expect(servesPool(agent, pool)).toBe(serves));

  test("only demands are demands", () => {
    expect([isDemandingPool("gpu"), isDemandingPool("cluster=east")]).toEqual([false, true]);
  });
});
