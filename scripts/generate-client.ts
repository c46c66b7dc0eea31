// Writes packages/client/openapi.json and src/schema.ts anew: `node scripts/generate-client.ts` after a route has changed.
import { writeFileSync } from "node:fs";
import { openApiDocument } from "../apps/coordinator/src/http/testing/openapi-document.ts";
import { schemaSource } from "../packages/client/generate.ts";

const folder = new URL("../packages/client/", import.meta.url);
const document = await openApiDocument();
writeFileSync(new URL("openapi.json", folder), `${JSON.stringify(document, null, 2)}\n`);
writeFileSync(new URL("src/schema.ts", folder), await schemaSource(JSON.stringify(document)));
