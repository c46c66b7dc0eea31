import { existsSync, mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { TooLarge, TransferStore } from "./transfer-store.ts";

let folder: string;
let store: TransferStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "capstan-transfers-"));
  store = new TransferStore(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a body is taken whole or not at all, and a second one takes its place", async () => {
  await store.take("t.1", "p0", Readable.from(["first"]), 100);
  await store.take("t.1", "p0", Readable.from(["second"]), 100);
  expect(await store.text("t.1", "p0")).toBe("second");
  await expect(store.take("t.1", "p1", Readable.from(["x".repeat(101)]), 100)).rejects.toThrow(TooLarge);
  expect(await store.has("t.1", "p1")).toBe(false);
});

test("a task's id cannot lead out of the folder", async () => {
  await store.take("../../etc", "p0", Readable.from(["x"]), 100);
  expect(dirname(dirname(store.pathOf("../../etc", "p0")))).toBe(folder);
});

test("what nobody came for goes when it is old; a task's own goes with it", async () => {
  await store.take("old", "p0", Readable.from(["x"]), 100);
  await store.take("new", "p0", Readable.from(["x"]), 100);
  utimesSync(dirname(store.pathOf("old", "p0")), new Date(0), new Date(0));
  await store.removeOlder(Date.now() - 60_000);
  expect([existsSync(store.pathOf("old", "p0")), existsSync(store.pathOf("new", "p0"))]).toEqual([false, true]);
  await store.forget("new");
  expect(existsSync(store.pathOf("new", "p0"))).toBe(false);
});
