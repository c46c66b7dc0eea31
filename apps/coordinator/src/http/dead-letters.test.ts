import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createHttpServer } from "./server.ts";
import { FakeWorld } from "./testing/fake-world.ts";

let world: FakeWorld;
let server: FastifyInstance;
beforeEach(async () => {
  world = new FakeWorld();
  server = await createHttpServer(world.dependencies());
});
afterEach(() => server.close());

async function call(method: "GET" | "POST" | "DELETE", path = "") {
  const response = await server.inject({ method, url: `/api/v1/capstan/dead-letters${path}` });
  return { status: response.statusCode, body: response.json() };
}

const letter = (id: string) =>
  ({ id, kind: "task", from: "gpu", atMs: 1, why: "bad", content: "{}", isCut: false }) as const;

test("dead letters are listed, put back and dropped, each once", async () => {
  const [first, second] = ["task~pool=gpu;cluster=east~u.n.1", "event~3~1-1"].map((id) => letter(id));
  if (first === undefined || second === undefined) throw new Error("two letters");
  world.deadLetters.letters.push(first, second);
  expect((await call("GET")).body.items).toEqual([first, second]);
  const path = `/${encodeURIComponent(first.id)}`;
  expect(await call("POST", `${path}/requeue`)).toMatchObject({ status: 200, body: { id: first.id } });
  expect((await call("POST", `${path}/requeue`)).status).toBe(404);
  expect(world.deadLetters.requeued).toEqual([first.id]);
  expect((await call("DELETE", `/${encodeURIComponent(second.id)}`)).status).toBe(200);
  expect((await call("DELETE", `/${encodeURIComponent(second.id)}`)).status).toBe(404);
  expect((await call("GET")).body.items).toEqual([]);
});
