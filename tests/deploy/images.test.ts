import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startRedis } from "@capstan/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assemble } from "../../deploy/docker/assemble.ts";
import { fingerprint, pinnedNodeVersion, sourceFiles, workspace } from "../../deploy/docker/image-sources.ts";
import { type ImageDescription, images } from "../../deploy/docker/images.ts";
import { type Dockerfile, parseDockerfile, type Stage } from "./dockerfile.ts";

const apps = images.filter(({ content }) => content.kind === "app");
const servesPage = (name: string): boolean => ["coordinator", "cli"].includes(name);
const bases: { readonly [base in ImageDescription["base"]]: RegExp } = {
  distroless: /^gcr\.io\/distroless\/cc-debian12:nonroot$/,
  slim: /^debian:12-slim$/,
  scratch: /^scratch$/,
};

describe("the Dockerfile makes what images.ts describes", () => {
  const file: Dockerfile = parseDockerfile(readFileSync(join(workspace, "deploy/docker/Dockerfile"), "utf8"));
  const stageOf = (name: string): Stage => {
    const stage = file.stages.find((one) => one.name === name);
    if (stage === undefined) throw new Error(`the Dockerfile has no stage ${name}`);
    return stage;
  };
  const textsOf = (stage: Stage, word: string): readonly string[] =>
    stage.instructions.filter((one) => one.word === word).map(({ text }) => text);

  it("has a stage for each image and no other that ends in one", () => {
    const built = file.stages.filter((stage) => textsOf(stage, "ENTRYPOINT").length > 0).map(({ name }) => name);
    expect(built).toEqual(images.map(({ name }) => name));
  });

  it.each(images)("$name: base, program, user, variables and files", (image) => {
    const stage = stageOf(image.name);
    expect(stage.from).toMatch(bases[image.base]);
    expect(textsOf(stage, "ENTRYPOINT").map((text) => JSON.parse(text))).toEqual([image.entrypoint]);
    expect(textsOf(stage, "CMD")).toEqual([]);
    expect(textsOf(stage, "USER")).toEqual([image.user]);
    expect(textsOf(stage, "WORKDIR")).toEqual([image.workdir]);
    expect(textsOf(stage, "ENV")).toEqual(Object.entries(image.env).map(([name, value]) => `${name}=${value}`));
    const { content } = image;
    expect(textsOf(stage, "COPY")).toEqual([
      ...(content.kind === "files" ? [`--from=busybox ${content.busybox} ${content.busybox}`] : []),
      `--from=assemble-${image.name} /image/ /`,
    ]);
    expect(textsOf(stage, "RUN")).toEqual([]);
  });

  it.each(images)("$name: its build stage runs the assembly and nothing else", ({ name }) => {
    const stage = stageOf(`assemble-${name}`);
    expect(stage.from).toBe(servesPage(name) ? "page" : "workspace");
    expect(stage.instructions).toEqual([{ word: "RUN", text: `node deploy/docker/assemble.ts ${name} /image` }]);
  });

  it("builds the page in a stage of its own", () => {
    const stage = stageOf("page");
    expect(stage.from).toBe("workspace");
    expect(stage.instructions).toEqual([{ word: "RUN", text: "node deploy/docker/build-page.ts" }]);
  });

  it("builds with the pinned Node, from fixed versions", () => {
    expect(file.args).toEqual({ NODE_VERSION: pinnedNodeVersion() });
    expect(stageOf("workspace").from).toBe(`node:${pinnedNodeVersion()}-bookworm-slim`);
    for (const { from } of file.stages) expect(from).not.toMatch(/:latest$/);
  });

  it("sends every source file into the build", () => {
    const sent = textsOf(stageOf("workspace"), "COPY").flatMap((text) => text.split(" ").slice(0, -1));
    const files = images.flatMap((image) => sourceFiles(image));
    const missing = files.filter((path) => !sent.some((root) => path === root || path.startsWith(`${root}/`)));
    expect(missing).toEqual([]);
  });

  it("builds the page out of what is sent, with nothing installed", () => {
    const context = mkdtempSync(join(tmpdir(), "capstan-context-"));
    try {
      for (const path of textsOf(stageOf("workspace"), "COPY").flatMap((text) => text.split(" ").slice(0, -1))) {
        const filter = (source: string): boolean => !/\/(node_modules|dist|\.turbo)(\/|$)/.test(source);
        cpSync(join(workspace, path), join(context, path), { recursive: true, filter });
      }
      const build = spawnSync(process.execPath, ["deploy/docker/build-page.ts"], { cwd: context, encoding: "utf8" });
      expect(build.status, `${build.stdout}${build.stderr}`).toBe(0);
      expect(readFileSync(join(context, "apps/ui/dist/index.html"), "utf8")).toContain("./assets/");
    } finally {
      rmSync(context, { recursive: true, force: true });
    }
  });
});

describe("what goes into an image", () => {
  it.each(apps)("$name: no tests and nothing that only tests use", (image) => {
    const files = sourceFiles(image);
    expect(files.filter((file) => /test/.test(file))).toEqual([]);
    expect(files).toContain("packages/core/src/index.ts");
  });

  it.each(apps)("$name: the page as it is served, nothing that it is built from", (image) => {
    const files = sourceFiles(image).filter((file) => file.startsWith("apps/ui/") && !file.endsWith("/package.json"));
    expect(files.includes("apps/ui/dist/index.html")).toBe(servesPage(image.name));
    expect(files.filter((file) => !file.startsWith("apps/ui/dist/"))).toEqual([]);
  });

  it("has a fingerprint of its own that stays", () => {
    expect(new Set(images.map(fingerprint)).size).toBe(images.length);
    expect(images.map(fingerprint)).toEqual(images.map(fingerprint));
  });
});

describe("an assembled image", () => {
  const folder = mkdtempSync(join(tmpdir(), "capstan-images-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe.each(apps)("$name", (image) => {
    const root = join(folder, image.name);
    beforeAll(() => assemble(image, root));

    it("starts with nothing but itself", () => {
      const [node = "", ...words] = image.entrypoint;
      const args = words.map((word) => (word.startsWith("/") ? join(root, word) : word));
      const run = spawnSync(join(root, node), [...args, "--help"], { env: {}, encoding: "utf8" });
      expect(run.stderr).toBe("");
      expect(run.stdout).toContain(image.name === "cli" ? "Usage: capstan" : `capstan ${image.name}:`);
      expect(run.status).toBe(0);
    });

    it("holds no types, and names no file that had some", () => {
      const own = ["apps", "packages"].flatMap((part) =>
        readdirSync(join(root, "app", part), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
          .map((entry) => join(entry.parentPath, entry.name)),
      );
      expect(own.filter((file) => file.endsWith(".ts"))).toEqual([]);
      const programs = own.filter((file) => /\/(src|bin)\/.*\.m?js$|package\.json$/.test(file));
      expect(programs.length).toBeGreaterThan(100);
      const named = /^(?!\s*(\/\/|\*|\/\*)).*["'`/]\S*\w\.ts["'`]/m;
      expect(programs.filter((file) => named.test(readFileSync(file, "utf8")))).toEqual([]);
    });

    it("is the same wherever it is put together: no file tells of the folder", () => {
      const found = spawnSync("grep", ["-rlF", "--", folder, root], { encoding: "utf8" });
      expect(found).toMatchObject({ stdout: "", status: 1 });
    });

    it("holds production dependencies only", () => {
      const installed = readdirSync(join(root, "app/node_modules/.pnpm"));
      expect(installed.filter((name) => /^(typescript|@typescript|vitest|@biomejs|turbo|knip)/.test(name))).toEqual([]);
      expect(installed.some((name) => name.startsWith("ioredis@")) || image.name === "cli").toBe(true);
      expect(existsSync(join(root, "app/node_modules/.modules.yaml"))).toBe(false);
      expect(installed.filter((name) => /^(vite|react|@codemirror)/.test(name))).toEqual([]);
    });
  });

  it("coordinator: serves the page, and the files that the page asks for", async () => {
    const root = join(folder, "coordinator");
    const [redis, port] = await Promise.all([startRedis(), freePort()]);
    const main = join(root, "app/apps/coordinator/src/main.js");
    const coordinator = spawn(join(root, "usr/local/bin/node"), [main, "--redis", redis.url, "--port", String(port)], {
      ...{ env: {}, stdio: ["ignore", "ignore", "pipe"] },
    });
    try {
      const url = `http://127.0.0.1:${port}/`;
      const page = await untilAnswered(url);
      const files = [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, file = ""]) => file);
      expect(files.length).toBeGreaterThan(1);
      for (const file of files) expect((await fetch(url + file)).status, file).toBe(200);
    } finally {
      coordinator.kill("SIGKILL");
      await redis.stop();
    }
  });
});

const answerWithinMs = 30_000;

/** The page, as soon as somebody serves it. */
async function untilAnswered(url: string): Promise<string> {
  const deadlineMs = Date.now() + answerWithinMs;
  while (Date.now() < deadlineMs) {
    const answer = await fetch(url, { headers: { accept: "text/html" } }).catch(() => undefined);
    if (answer?.ok === true) return answer.text();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nobody answers at ${url} within ${answerWithinMs} ms`);
}
