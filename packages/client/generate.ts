import openapiTS, { astToString } from "openapi-typescript";

const notice = "// Generated from openapi.json by scripts/generate-client.ts: do not edit.\n";

/** The types of an OpenAPI document, as TypeScript. */
export async function schemaSource(document: string): Promise<string> {
  return notice + astToString(await openapiTS(document));
}
