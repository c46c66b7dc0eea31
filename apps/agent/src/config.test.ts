import { describe, expect, test } from "vitest";
import { readConfig } from "./config.ts";

describe("an agent's configuration", () => {
  test("has defaults, takes variables, and flags before them", () => {
    expect(readConfig([], {})).toMatchObject({ value: { pool: "default", cluster: "local", runtime: "sandbox" } });
    const variables = { CAPSTAN_POOL: "gpu", CAPSTAN_LABEL: "zone=a,spot", CAPSTAN_REDIS_CA: "/ca.crt" };
    expect(readConfig(["--cluster", "east"], variables)).toMatchObject({
      value: { pool: "gpu", cluster: "east", labels: { zone: "a", spot: "" }, redisCaFile: "/ca.crt" },
    });
    expect(readConfig(["--pool", "cpu"], variables)).toMatchObject({ value: { pool: "cpu" } });
    expect(readConfig(["--help"], {})).toBe("help");
  });

  test.each([
    { args: ["--pool", "cluster=east"], error: /--pool and --cluster: capstan\.dev\/pool: "cluster=east" is no name/ },
    { args: ["--pool", "a}b"], error: /capstan\.dev\/pool/ },
    { args: ["--cluster", "east:1"], error: /capstan\.dev\/cluster: "east:1" is no name/ },
    { args: ["--concurrency", "0"], error: /--concurrency takes a number from 1 up/ },
    { args: ["--runtime", "pod"], error: /--runtime is/ },
    { args: ["--pol", "x"], error: /--pol/ },
  ])("$args is a mistake", ({ args, error }) => {
    const config = readConfig(args, {});
    expect(config === "help" || config.ok ? "" : config.error).toMatch(error);
  });
});
