import type { ArtifactDirectory, ArtifactRecord } from "@capstan/core";
import { beforeEach, describe, expect, test } from "vitest";

/** What every ArtifactDirectory must do. `create` gives an empty one for each test. */
export function runArtifactDirectorySuite(suite: { readonly create: () => Promise<ArtifactDirectory> }): void {
  describe("an artifact directory", () => {
    let directory: ArtifactDirectory;
    beforeEach(async () => {
      directory = await suite.create();
    });

    test("gives back what was put, by namespace and key", async () => {
      await directory.put(aRecord("a/b"));
      await directory.put(aRecord("a/b", { namespace: "other", bytes: 7 }));
      expect(await directory.find("argo", ["a", "a/b", "a/b/c"])).toEqual([undefined, aRecord("a/b"), undefined]);
      expect((await directory.find("other", ["a/b"]))[0]?.bytes).toBe(7);
      expect(await directory.find("argo", [])).toEqual([]);
    });

    test("what is put again takes the place of what was there", async () => {
      await directory.put(aRecord("a"));
      await directory.put(aRecord("a", { bytes: 2 }));
      expect((await directory.find("argo", ["a"]))[0]?.bytes).toBe(2);
      expect(await directory.list("argo", "", "", 10)).toEqual(["a"]);
    });

    test("lists the keys of a namespace below a prefix, in the order of their bytes, page by page", async () => {
      const keys = ["foo/b", "foo/a", "foobar", "größe/x", "foo", "z/😀", "z/\uffee"];
      for (const key of keys) await directory.put(aRecord(key));
      await directory.put(aRecord("foo/c", { namespace: "argo2" }));
      expect(await directory.list("argo", "foo/", "", 10)).toEqual(["foo/a", "foo/b"]);
      expect(await directory.list("argo", "foo", "", 3)).toEqual(["foo", "foo/a", "foo/b"]);
      expect(await directory.list("argo", "foo", "foo/b", 3)).toEqual(["foobar"]);
      expect(await directory.list("argo", "gr", "", 3)).toEqual(["größe/x"]);
      expect(await directory.list("argo", "z/", "", 3)).toEqual(["z/\uffee", "z/😀"]);
      expect(await directory.list("argo", "z/", "z/\uffee", 3)).toEqual(["z/😀"]);
      expect(await directory.list("argo", "none", "", 3)).toEqual([]);
    });

    test("removes what is still there, and nothing that took its place", async () => {
      await directory.put(aRecord("a"));
      await directory.put(aRecord("b", { bytes: 2 }));
      await directory.remove(aRecord("b"));
      await directory.remove(aRecord("a"));
      await directory.remove(aRecord("a"));
      expect(await directory.list("argo", "", "", 10)).toEqual(["b"]);
    });

    test("a scan comes to every record and to its end", async () => {
      const keys = Array.from({ length: 700 }, (_, index) => `k${index}`);
      await Promise.all(keys.map((key) => directory.put(aRecord(key))));
      const seen = new Set<string>();
      let cursor = "0";
      do {
        const page = await directory.scan(cursor);
        for (const { key } of page.records) seen.add(key);
        cursor = page.cursor;
      } while (cursor !== "0");
      expect(seen).toEqual(new Set(keys));
    });
  });
}

/** A record of a small file of one agent's. */
export function aRecord(key: string, changes: Partial<ArtifactRecord> = {}): ArtifactRecord {
  return {
    ...{ namespace: "argo", key, kind: "file", bytes: 1, sha256: "0".repeat(64), savedAtMs: 1 },
    holder: { agentId: "local/default/node-1", nodeName: "node-1" },
    workflow: { name: "wf", uid: "uid" },
    ...changes,
  };
}
