import { afterEach, beforeEach, expect, test } from "vitest";
import type { KubeObject } from "../objects.ts";
import { ScriptedApiServer } from "../testing/scripted-api-server.ts";
import { Informer } from "./informer.ts";
import { KubeClient } from "./kube-client.ts";
import { KubeError } from "./kube-error.ts";

let server: ScriptedApiServer;
let client: KubeClient;
let informer: Informer<KubeObject>;
let told: string[];
let errors: unknown[];
let listeners: (() => void)[];

function thing(name: string, version: number, uid = name): KubeObject {
  return { metadata: { name, namespace: "ns", uid, resourceVersion: String(version) } };
}

function list(version: number, ...items: readonly KubeObject[]) {
  return { metadata: { resourceVersion: String(version) }, items };
}

/** Resolves when what was told is at least this. */
function untilTold(count: number): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (told.length >= count) resolve(told);
    };
    listeners.push(look);
    look();
  });
}

beforeEach(async () => {
  server = new ScriptedApiServer();
  [told, errors, listeners] = [[], [], []];
  client = new KubeClient(await server.listen(), { userAgent: "test" });
  informer = new Informer({
    client,
    path: "/api/v1/things",
    labelSelector: "a=b",
    onChange: ({ type, object }) => {
      told.push(`${type} ${object.metadata.name}@${object.metadata.resourceVersion}`);
      for (const listener of listeners) listener();
    },
    onError: (error) => errors.push(error),
  });
});

afterEach(async () => {
  await informer.stop();
  client.close();
  await server.close();
});

test("lists in pages, then watches from the list's version", async () => {
  server.json(200, { metadata: { continue: "next", resourceVersion: "7" }, items: [thing("a", 1)] });
  server.json(200, list(7, thing("b", 2)));
  await informer.start();
  expect(told).toEqual(["added a@1", "added b@2"]);
  const watch = await server.watch();
  watch.event("MODIFIED", thing("a", 8));
  watch.event("DELETED", thing("b", 9));
  watch.event("ADDED", thing("c", 10));
  expect(await untilTold(5)).toEqual(["added a@1", "added b@2", "modified a@8", "deleted b@9", "added c@10"]);
  expect(server.requests[1]).toContain("continue=next");
  expect(server.requests[2]).toMatch(/watch=true.*resourceVersion=7/);
  expect(informer.get("ns", "a")?.metadata.resourceVersion).toBe("8");
  expect([...informer.values()]).toHaveLength(2);
});

test("a watch that ends is taken up where it was, bookmarks counted", async () => {
  server.json(200, list(7, thing("a", 1)));
  await informer.start();
  const watch = await server.watch();
  watch.event("BOOKMARK", { metadata: { resourceVersion: "40" } });
  watch.end();
  const second = await server.watch();
  second.event("MODIFIED", thing("a", 41));
  await untilTold(2);
  expect(server.requests.at(-1)).toContain("resourceVersion=40");
  expect(errors).toEqual([]);
});

test("a watch that breaks off is told and taken up again", async () => {
  server.json(200, list(7));
  await informer.start();
  (await server.watch()).breakOff();
  (await server.watch()).event("ADDED", thing("a", 8));
  await untilTold(1);
  expect(errors).toHaveLength(1);
});

test("410 Gone lists anew: what vanished is deleted, what is new added, what stayed not told", async () => {
  server.json(200, list(7, thing("gone", 1), thing("stays", 2), thing("reborn", 3, "first")));
  await informer.start();
  (await server.watch()).event("ERROR", { code: 410, reason: "Expired", message: "too old resource version" });
  server.json(200, list(90, thing("stays", 2), thing("reborn", 88, "second"), thing("new", 89)));
  expect((await untilTold(7)).slice(3)).toEqual([
    "deleted reborn@3",
    "added reborn@88",
    "added new@89",
    "deleted gone@1",
  ]);
  await server.watch();
  expect(server.requests.at(-1)).toContain("resourceVersion=90");
});

test("a start that is refused for good rejects; one that nobody answers is tried again", async () => {
  server.json(403, { kind: "Status", reason: "Forbidden", message: "no right", code: 403 });
  await expect(informer.start()).rejects.toThrow(new KubeError(403, "Forbidden", "no right"));
  server.json(503, { kind: "Status", reason: "ServiceUnavailable", message: "later", code: 503 });
  server.json(200, list(1, thing("a", 1)));
  await informer.start();
  expect(told).toEqual(["added a@1"]);
});

test("a listener that throws does not end the informer", async () => {
  server.json(200, list(1, thing("a", 1)));
  listeners.push(() => {
    if (told.length === 1) throw new Error("mistake");
  });
  await informer.start();
  (await server.watch()).event("ADDED", thing("b", 2));
  await untilTold(2);
  expect(errors).toEqual([new Error("mistake")]);
});
