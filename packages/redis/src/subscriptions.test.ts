import { startRedis } from "@capstan/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRedis, type RedisClient } from "./connection.ts";
import { Subscriptions } from "./subscriptions.ts";

let server: Awaited<ReturnType<typeof startRedis>>;
let admin: RedisClient;

beforeAll(async () => {
  server = await startRedis();
  admin = createRedis(server.url, "coordinator");
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

test("a channel that the user may not hear does not silence the others after a reconnection", async () => {
  await admin.call("ACL", "SETUSER", "some", "on", "nopass", "+@all", "resetchannels", "&allowed");
  const redis = createRedis(server.url.replace("redis://", "redis://some:any@"), "worker");
  const subscriptions = new Subscriptions(redis);
  const heard: string[] = [];
  await subscriptions.subscribe("allowed", (message) => heard.push(message));
  await expect(subscriptions.subscribe("forbidden", () => undefined)).rejects.toThrow(/NOPERM/);
  const reconnected = new Promise<void>((resolve) => subscriptions.onReconnect(resolve));
  await admin.call("CLIENT", "KILL", "USER", "some");
  await reconnected;
  await admin.publish("allowed", "again");
  await expect.poll(() => heard).toEqual(["again"]);
  subscriptions.close();
  redis.disconnect();
});
