import { expect, test } from "vitest";
import { plainJavaScript } from "../../deploy/docker/plain-javascript.ts";

test.each([
  {
    what: "a program: types go, lines stay, names follow",
    path: "packages/a/src/b.ts",
    text: 'import type { A } from "./a.ts";\nimport { b } from "../b.ts";\nexport const c: A = b as A;\n',
    becomes: {
      path: "packages/a/src/b.js",
      text: /^ *\nimport \{ b \} from "\.\.\/b\.js";\nexport const c *= b *;\n$/,
    },
  },
  {
    what: "files that are named elsewhere",
    path: "a.ts",
    text: "new URL('./thread.ts', import.meta.url); await import(\"./late.ts\");",
    becomes: {
      path: "a.js",
      text: /^new URL\('\.\/thread\.js', import\.meta\.url\); await import\("\.\/late\.js"\);$/,
    },
  },
  {
    what: "plain JavaScript that names a program",
    path: "bin/a.mjs",
    text: 'await import("../src/main.ts");',
    becomes: { path: "bin/a.mjs", text: /^await import\("\.\.\/src\/main\.js"\);$/ },
  },
  {
    what: "what a package exports",
    path: "packages/a/package.json",
    text: '{ "exports": { ".": "./src/index.ts" }, "name": "x.ts" }',
    becomes: {
      path: "packages/a/package.json",
      text: /^\{ "exports": \{ "\.": "\.\/src\/index\.js" \}, "name": "x\.ts" \}$/,
    },
  },
  {
    what: "anything else",
    path: "scripts/a.lua",
    text: '-- "./a.ts"',
    becomes: { path: "scripts/a.lua", text: /^-- "\.\/a\.ts"$/ },
  },
])("$what", ({ path, text, becomes }) => {
  const plain = plainJavaScript({ path, text });
  expect(plain).toEqual({ path: becomes.path, text: expect.stringMatching(becomes.text) });
});
