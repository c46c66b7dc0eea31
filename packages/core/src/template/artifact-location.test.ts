import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Artifact } from "../spec/arguments.ts";
import { hasLocationOrKey, joinPath, keyOf, withSubPath } from "./artifact-location.ts";

describe("where an artifact lies", () => {
  test.each<{ artifact: Artifact; located: boolean; key: string }>([
    { artifact: { name: "a" }, located: false, key: "" },
    { artifact: { name: "a", s3: { key: "k" } }, located: true, key: "k" },
    { artifact: { name: "a", s3: { bucket: "b" } }, located: false, key: "" },
    { artifact: { name: "a", raw: { data: "" } }, located: true, key: "" },
    { artifact: { name: "a", git: { repo: "r" } }, located: true, key: "" },
    { artifact: { name: "a", http: { url: "https://h/p/q?x=1" } }, located: true, key: "/p/q" },
    { artifact: { name: "a", http: { url: "" } }, located: false, key: "" },
    { artifact: { name: "a", gcs: { bucket: "b", key: "k" } }, located: true, key: "k" },
    { artifact: { name: "a", azure: { blob: "x" } }, located: true, key: "x" },
  ])("$artifact", ({ artifact, located, key }) => {
    expect(hasLocationOrKey(artifact)).toBe(located);
    expect(keyOf(artifact)).toBe(key);
  });

  test("a sub-path goes to the end of the key", () => {
    expect(withSubPath({ name: "a", s3: { key: "dir", bucket: "b" } }, "x/../file")).toEqual({
      ok: true,
      value: { name: "a", s3: { key: "dir/file", bucket: "b" } },
    });
    expect(withSubPath({ name: "a", http: { url: "https://h/p?x=1" } }, "q")).toEqual({
      ok: true,
      value: { name: "a", http: { url: "https://h/p/q?x=1" } },
    });
    expect(withSubPath({ name: "a", raw: { data: "" } }, "q").ok).toBe(false);
    expect(withSubPath({ name: "a" }, "q").ok).toBe(false);
  });

  test.each([
    { parts: ["a", "b"], path: "a/b" },
    { parts: ["a/", "/b/"], path: "a/b" },
    { parts: ["", ""], path: "" },
    { parts: ["a", ".."], path: "." },
    { parts: ["a", "../../b"], path: "../b" },
    { parts: ["/", "../b"], path: "/b" },
  ])("join $parts", ({ parts, path }) => {
    expect(joinPath(...parts)).toBe(path);
  });

  test("joining is idempotent", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (left, right) => {
        const joined = joinPath(left, right);
        expect(joinPath(joined)).toBe(joined);
      }),
    );
  });
});
