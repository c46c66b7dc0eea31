import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { createHttpServer } from "./server.ts";
import { FakeWorld } from "./testing/fake-world.ts";
import { baseOf } from "./web-page.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function serverOf(isBuilt: boolean) {
  const folder = mkdtempSync(join(tmpdir(), "capstan-page-"));
  folders.push(folder);
  mkdirSync(join(folder, "assets"));
  writeFileSync(
    join(folder, "index.html"),
    '<!doctype html><html><head><script src="./assets/app.js"></script></head></html>',
  );
  writeFileSync(join(folder, "assets", "app.js"), "go()");
  return createHttpServer(new FakeWorld().dependencies(isBuilt ? { pageFolder: folder } : {}));
}

const asPage = { accept: "text/html,*/*" };

describe("the page", () => {
  test("is served for its paths, and knows the way to its root", async () => {
    const server = await serverOf(true);
    const { statusCode, body, headers } = await server.inject({ url: "/workflows/a/b?tab=tree", headers: asPage });
    expect(statusCode).toBe(200);
    expect(body).toContain('<head><base href="../../">');
    const nonce = /name="csp-nonce" content="([^"]+)"/.exec(body)?.[1] ?? "absent";
    expect(headers["content-security-policy"]).toContain(`'nonce-${nonce}'`);
    expect(headers["content-security-policy"]).toContain("script-src 'self';");
    await server.close();
  });

  test("has files that never change, and nothing beside them", async () => {
    const server = await serverOf(true);
    const file = await server.inject({ url: "/assets/app.js" });
    expect([file.statusCode, file.body]).toEqual([200, "go()"]);
    expect(file.headers["cache-control"]).toContain("immutable");
    for (const url of ["/assets/../index.html", "/assets/%2e%2e/index.html", "/assets/none.js"]) {
      expect((await server.inject({ url })).statusCode).toBeGreaterThanOrEqual(400);
    }
    await server.close();
  });

  test("is not served where the API was meant, nor to those who want no page", async () => {
    const server = await serverOf(true);
    expect((await server.inject({ url: "/api/v1/nothing", headers: asPage })).statusCode).toBe(404);
    expect((await server.inject({ url: "/workflows", headers: { accept: "application/json" } })).statusCode).toBe(404);
    expect((await server.inject({ method: "POST", url: "/workflows", headers: asPage })).statusCode).toBe(404);
    await server.close();
  });

  test.each(["/", "/?from=balancer"])("is what %s answers to everybody", async (url) => {
    const server = await serverOf(true);
    const { statusCode, headers } = await server.inject({ url, headers: { accept: "*/*" } });
    expect([statusCode, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    await server.close();
  });

  test("says what to do where it was not built", async () => {
    const server = await serverOf(false);
    expect((await server.inject({ url: "/", headers: asPage })).body).toContain("npm run setup");
    await server.close();
  });

  test.each([
    ["/", "./"],
    ["/workflows", "./"],
    ["/workflows/", "../"],
    ["/workflows/a/b", "../../"],
    ["/a?b=/c/d", "./"],
  ])("of %s has its root at %s", (url, base) => expect(baseOf(url)).toBe(base));
});
