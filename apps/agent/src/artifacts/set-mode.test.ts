import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { setMode } from "./set-mode.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "capstan-mode-"));
  for (const folder of ["art/sub", "elsewhere"]) mkdirSync(join(root, folder), { recursive: true });
  for (const file of ["art/top", "art/sub/deep", "elsewhere/other"]) writeFileSync(join(root, file), "");
  for (const path of ["art", "art/sub", "art/top", "art/sub/deep", "elsewhere", "elsewhere/other"]) {
    chmodSync(join(root, path), 0o750);
  }
  symlinkSync(join(root, "elsewhere"), join(root, "art", "link"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const modeOf = (path: string) => (statSync(join(root, path)).mode & 0o777).toString(8);

test.each([
  { asked: {}, art: "750", top: "750", deep: "750" },
  { asked: { mode: 0o700 }, art: "700", top: "750", deep: "750" },
  { asked: { mode: 0o700, recurseMode: false }, art: "700", top: "750", deep: "750" },
  { asked: { mode: 0o755, recurseMode: true }, art: "755", top: "755", deep: "755" },
  { asked: { recurseMode: true }, art: "750", top: "750", deep: "750" },
])("a folder with $asked", async ({ asked, art, top, deep }) => {
  await setMode(join(root, "art"), { name: "a", ...asked });
  expect({ art: modeOf("art"), top: modeOf("art/top"), sub: modeOf("art/sub"), deep: modeOf("art/sub/deep") }).toEqual({
    art,
    top,
    sub: deep,
    deep,
  });
});

test("a link's target keeps its mode, and a file takes a mode that recurses", async () => {
  await setMode(join(root, "art"), { name: "a", mode: 0o700, recurseMode: true });
  await setMode(join(root, "art/top"), { name: "a", mode: 0o640, recurseMode: true });
  expect([modeOf("elsewhere"), modeOf("elsewhere/other"), modeOf("art/top")]).toEqual(["750", "750", "640"]);
});
