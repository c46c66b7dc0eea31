import { VirtualTime } from "@capstan/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { silentLogger } from "../logger.ts";
import { PoolDiscovery } from "./pool-discovery.ts";

const [minuteMs, dayMs] = [60_000, 24 * 3_600_000];

/** Announcements, tasks and logs by hand. */
class World {
  readonly time = new VirtualTime();
  readonly said = new Map<string, number>();
  readonly tasks = new Map<string, number>();
  readonly forbidden = new Set<string>();
  readonly logged = new Set<string>();
  readonly pulled: string[] = [];
  looks = 0;
  subscribeFails = false;
  hear: (pool: string) => void = () => undefined;
  readonly discovery: PoolDiscovery;

  constructor() {
    this.discovery = new PoolDiscovery({
      source: {
        list: async (sinceMs) =>
          [...this.said].map(([pool, saidAtMs]) => ({ pool, saidAtMs })).filter(({ saidAtMs }) => saidAtMs >= sinceMs),
        countUnfinished: async (pool) => {
          this.looks += 1;
          if (this.forbidden.has(pool)) throw new Error("NOPERM no permissions");
          return this.tasks.get(pool) ?? 0;
        },
        subscribe: async (listener) => {
          this.hear = listener;
          return async () => undefined;
        },
      },
      pulled: {
        extraPools: this.pulled,
        add: (pool) => this.pulled.push(pool) > 0,
        retire: (pool) => void this.pulled.splice(this.pulled.indexOf(pool), 1),
      },
      agent: { pool: "gpu", cluster: "east", labels: { zone: "a" } },
      ...{ clock: this.time, logger: silentLogger, pulledMax: 2 },
      serveQuestions: async (pool) => {
        if (this.subscribeFails) throw new Error("Connection is closed.");
        this.logged.add(pool);
        return async () => void this.logged.delete(pool);
      },
    });
  }

  /** What a coordinator does; the notice may be lost. */
  announce(pool: string, tasks: number, notice: "heard" | "lost" = "heard"): void {
    this.said.set(pool, this.time.nowMs());
    this.tasks.set(pool, tasks);
    if (notice === "heard") this.hear(pool);
  }
}

describe("an agent finds pools", () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });
  afterEach(() => world.discovery.stop());

  test("that are there with tasks in them; an empty one only has its logs served", async () => {
    world.announce("cluster=east", 3, "lost");
    world.announce("selector=zone", 0, "lost");
    world.announce("cluster=west", 3, "lost");
    await world.discovery.start();
    expect(world.pulled).toEqual(["cluster=east"]);
    expect([...world.logged]).toEqual(["cluster=east", "selector=zone"]);
  });

  test("that are announced, at once; what was not heard, at the next look", async () => {
    await world.discovery.start();
    world.announce("cluster=east", 0);
    world.announce("pool=other;cluster=east", 1);
    world.announce("selector=zone=a", 1, "lost");
    await world.time.advance(0);
    expect(world.pulled).toEqual(["cluster=east"]);
    await world.time.advance(minuteMs);
    expect(world.pulled).toEqual(["cluster=east", "selector=zone=a"]);
  });

  test("and gives them up when they were empty for long, but not while tasks are there or announced", async () => {
    await world.discovery.start();
    world.announce("cluster=east", 1);
    await world.time.advance(20 * minuteMs);
    expect(world.pulled).toEqual(["cluster=east"]);
    world.announce("cluster=east", 0);
    await world.time.advance(19 * minuteMs);
    expect(world.pulled).toEqual(["cluster=east"]);
    await world.time.advance(2 * minuteMs);
    expect(world.pulled).toEqual([]);
    // Its tasks' logs are there, and it is not looked at until it is announced again, heard or not.
    expect([...world.logged]).toEqual(["cluster=east"]);
    const looks = world.looks;
    await world.time.advance(5 * minuteMs);
    expect(world.looks).toBe(looks);
    world.announce("cluster=east", 1, "lost");
    await world.time.advance(minuteMs);
    expect(world.pulled).toEqual(["cluster=east"]);
  });

  test("and pulls from so many at once: an empty one makes place at the next look", async () => {
    await world.discovery.start();
    world.announce("cluster=east", 1);
    world.announce("selector=zone", 1);
    world.announce("selector=zone=a", 1);
    await world.time.advance(minuteMs / 2);
    expect(world.pulled).toEqual(["cluster=east", "selector=zone"]);
    world.tasks.set("selector=zone", 0);
    await world.time.advance(minuteMs / 2);
    expect(world.pulled).toEqual(["cluster=east", "selector=zone=a"]);
  });

  test("and lets those take turns that are never empty, of which there are more than it may pull from", async () => {
    const pools = ["cluster=east", "selector=zone", "selector=zone=a", "selector=!spot", "pool=gpu;cluster=east"];
    await world.discovery.start();
    for (const pool of pools) world.announce(pool, 100);
    const turns = new Map<string, number>();
    for (let minute = 0; minute < 25; minute++) {
      await world.time.advance(minuteMs);
      expect(world.pulled).toHaveLength(2);
      for (const pool of world.pulled) turns.set(pool, (turns.get(pool) ?? 0) + 1);
    }
    expect([...turns.keys()].sort()).toEqual(pools.toSorted());
    for (const [pool, count] of turns) expect(count, pool).toBeGreaterThanOrEqual(8);
  });

  test("although Redis failed once while their logs were to be served", async () => {
    await world.discovery.start();
    world.subscribeFails = true;
    world.announce("cluster=east", 1);
    await world.time.advance(0);
    expect(world.pulled).toEqual([]);
    world.subscribeFails = false;
    await world.time.advance(minuteMs);
    expect([world.pulled, [...world.logged]]).toEqual([["cluster=east"], ["cluster=east"]]);
  });

  test("and leaves those alone on which its Redis user has no rights", async () => {
    await world.discovery.start();
    world.forbidden.add("selector=zone").add("cluster=east");
    world.announce("selector=zone", 1);
    world.announce("cluster=east", 1, "lost");
    await world.time.advance(minuteMs);
    expect([world.pulled, world.logged.size]).toEqual([[], 0]);
  });

  test("and forgets what nobody has demanded for a week", async () => {
    world.said.set("cluster=east", world.time.nowMs() - 7 * dayMs + 5 * minuteMs);
    await world.discovery.start();
    expect(world.logged.size).toBe(1);
    world.said.clear();
    await world.time.advance(10 * minuteMs);
    expect(world.logged.size).toBe(0);
  });
});
