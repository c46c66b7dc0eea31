import { createHttpServer } from "../server.ts";
import { FakeWorld } from "./fake-world.ts";

/** The API's document without its version, as `packages/client` is generated from it. */
export async function openApiDocument(): Promise<object> {
  const server = await createHttpServer(new FakeWorld().dependencies({ version: "0.0.0" }));
  try {
    await server.ready();
    return server.swagger();
  } finally {
    await server.close();
  }
}
