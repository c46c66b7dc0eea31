import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openApiPaths } from "./openapi.ts";
import { createHttpServer } from "./server.ts";
import { FakeWorld } from "./testing/fake-world.ts";
import { openApiDocument } from "./testing/openapi-document.ts";

test("the client was generated from this very document (node scripts/generate-client.ts)", async () => {
  const file = new URL("../../../../packages/client/openapi.json", import.meta.url);
  expect(JSON.parse(JSON.stringify(await openApiDocument()))).toEqual(JSON.parse(readFileSync(file, "utf8")));
});

test("every route is in it, with what it takes and gives", async () => {
  const server = await createHttpServer(new FakeWorld().dependencies());
  await server.ready();
  const document = (await server.inject({ url: openApiPaths.document })).json();
  for (const [path, methods] of Object.entries<{ [method: string]: { operationId?: string; summary?: string } }>(
    document.paths,
  )) {
    for (const [method, operation] of Object.entries(methods)) {
      expect(operation.operationId, `${method} ${path}`).toBeTruthy();
      expect(operation.summary, `${method} ${path}`).toBeTruthy();
    }
  }
  const page = await server.inject({ url: `${openApiPaths.page}/` });
  expect(page.statusCode).toBe(200);
  // Relative, so that it works below a prefix; from files, so that it needs no inline script.
  expect(page.body).not.toMatch(/src="\/|<script>[^<\s]/);
  await server.close();
});
