import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ArtifactRecord, Clock, WorkflowPhase } from "@capstan/core";
import { MemoryArtifactDirectory } from "@capstan/testkit";
import { aRecord } from "@capstan/testkit/suites";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ArtifactSweep } from "./artifact-sweep.ts";
import { BlobFolder } from "./blob-folder.ts";

const holder = { agentId: "local/default/here", nodeName: "here" };
const other = { agentId: "local/default/there", nodeName: "there" };
const nowMs = Date.now();
const clock: Clock = { nowMs: () => nowMs, sleep: async () => undefined };

let folder: string;
let blobs: BlobFolder;
let directory: MemoryArtifactDirectory;
let gone: Set<string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "capstan-sweep-"));
  blobs = new BlobFolder(folder);
  directory = new MemoryArtifactDirectory();
  gone = new Set();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes an artifact here; `told`: as the directory says it, nothing of it when absent. */
async function written(
  key: string,
  changes: Partial<ArtifactRecord>,
  told?: Partial<ArtifactRecord>,
): Promise<ArtifactRecord> {
  writeFileSync(join(folder, "output"), key);
  const digest = await blobs.digestOf(join(folder, "output"));
  const record = aRecord(key, { holder, savedAtMs: nowMs - 120_000, ...digest, ...changes });
  await blobs.take(join(folder, "output"), record);
  if (told !== undefined) await directory.put({ ...record, ...told });
  return record;
}

async function sweep(): Promise<void> {
  const phases = {
    phasesOf: async (workflows: readonly { readonly uid: string }[]): Promise<readonly (WorkflowPhase | "absent")[]> =>
      workflows.map(({ uid }) => (gone.has(uid) ? "absent" : "Succeeded")),
  };
  await new ArtifactSweep({ blobs, directory, phases, holder, clock }).run();
}

const listed = async (key: string) => (await directory.find("argo", [key]))[0];
const kept = async (key: string) => (await blobs.recordOf({ namespace: "argo", key })) !== undefined;

test("the artifacts of a workflow that is gone go, from here and from the directory; those of others stay", async () => {
  gone.add("u1");
  await written("a", { workflow: { name: "wf", uid: "u1" } }, {});
  const stays = await written("b", { workflow: { name: "wf", uid: "u2" } }, {});
  await sweep();
  expect([await listed("a"), await kept("a")]).toEqual([undefined, false]);
  expect([await listed("b"), await kept("b")]).toEqual([stays, true]);
});

test("what an agent that is gone for good said goes with its workflow", async () => {
  gone.add("u1");
  await directory.put(aRecord("a", { holder: other, workflow: { name: "wf", uid: "u1" } }));
  await directory.put(aRecord("b", { holder: other, workflow: { name: "wf", uid: "u2" } }));
  await sweep();
  expect(await directory.list("argo", "", "", 9)).toEqual(["b"]);
});

test.each<{ what: string; told?: Partial<ArtifactRecord>; remains: "own" | "told"; keeps: boolean }>([
  { what: "a directory that forgot it is told again", remains: "own", keeps: true },
  {
    what: "the same save under an agent's earlier name is told anew",
    told: { holder: other },
    remains: "own",
    keeps: true,
  },
  {
    what: "what another agent wrote since stays",
    told: { holder: other, sha256: "1".repeat(64), savedAtMs: nowMs - 90_000 },
    remains: "told",
    keeps: false,
  },
  {
    what: "what another agent wrote before is replaced",
    told: { holder: other, sha256: "1".repeat(64), savedAtMs: nowMs - 200_000 },
    remains: "own",
    keeps: true,
  },
])("$what", async ({ told, remains, keeps }) => {
  const own = await written("a", {}, told);
  await sweep();
  expect(await listed("a")).toEqual(remains === "own" ? own : { ...own, ...told });
  expect(await kept("a")).toBe(keeps);
});

test("what was written just now is left alone", async () => {
  gone.add("uid");
  const record = await written("a", { savedAtMs: nowMs - 1_000 });
  await sweep();
  expect([await listed("a"), await kept("a")]).toEqual([undefined, true]);
  expect(await blobs.pathOf(record.sha256)).toBeDefined();
});

test("a blob goes when no key names it and nobody has used it for an hour", async () => {
  const { sha256: named } = await written("named", {}, {});
  const [used, unused] = ["a".repeat(64), "b".repeat(64)];
  const path = (name: string): string => join(folder, "blobs", name);
  for (const name of [used, unused]) writeFileSync(path(name), "");
  for (const name of [named, unused]) utimesSync(path(name), new Date(0), new Date(0));
  await sweep();
  expect(readdirSync(join(folder, "blobs")).sort()).toEqual([used, named].sort());
  expect(existsSync(path(unused))).toBe(false);
});
