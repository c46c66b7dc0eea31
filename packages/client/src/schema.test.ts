import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { schemaSource } from "../generate.ts";

test("the types are those of the document (node scripts/generate-client.ts)", async () => {
  const document = readFileSync(new URL("../openapi.json", import.meta.url), "utf8");
  expect(readFileSync(new URL("schema.ts", import.meta.url), "utf8")).toBe(await schemaSource(document));
});
