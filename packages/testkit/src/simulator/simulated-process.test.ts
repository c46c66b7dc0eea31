import { describe, expect, test } from "vitest";
import { VirtualTime } from "../memory/virtual-time.ts";
import { calm, type Faults } from "./faults.ts";
import { Random } from "./random.ts";
import { SimulatedProcess } from "./simulated-process.ts";

function start(faults: Partial<Faults> = {}) {
  const time = new VirtualTime(0);
  const process = new SimulatedProcess({
    name: "p",
    time,
    random: new Random(1),
    faults: () => ({ ...calm, ...faults }),
  });
  let count = 0;
  const counter = process.connect({
    add: async () => {
      count += 1;
      return count;
    },
  });
  return { time, process, counter, count: () => count };
}

describe("a simulated process", () => {
  test("gets its answers, after a while", async () => {
    const { time, counter } = start();
    let answer = 0;
    void counter.add().then((value) => {
      answer = value;
    });
    await time.advance(0);
    expect(answer).toBe(0);
    await time.advance(10);
    expect(answer).toBe(1);
  });

  test("that is dead hears nothing, although its call took effect", async () => {
    const { time, process, counter, count } = start();
    let isAnswered = false;
    void counter.add().then(() => {
      isAnswered = true;
    });
    process.kill();
    await time.advance(1_000);
    expect([count(), isAnswered]).toEqual([1, false]);
    void counter.add();
    await time.advance(1_000);
    expect(count()).toBe(1);
  });

  test("that is paused hears everything when it wakes", async () => {
    const { time, process, counter } = start();
    const heardAtMs: number[] = [];
    void counter.add().then(() => heardAtMs.push(time.nowMs()));
    void process.clock.sleep(10).then(() => heardAtMs.push(time.nowMs()));
    process.pause(500);
    await time.advance(1_000);
    expect(heardAtMs).toEqual([500, 500]);
  });

  test("repeats calls and loses notices where the world says so", async () => {
    const { time, process, counter, count } = start({ repeatProbability: 1, noticeLossProbability: 1 });
    void counter.add();
    let isNotified = false;
    process.notify(() => {
      isNotified = true;
    });
    await time.advance(1_000);
    expect([count(), isNotified]).toEqual([2, false]);
  });

  test("gives the same run for the same seed", async () => {
    const run = async () => {
      const { time, counter } = start({ slowProbability: 0.5, slowMs: [10, 90], errorProbability: 0.3 });
      const trace: string[] = [];
      for (let call = 0; call < 50; call++) {
        void counter.add().then(
          (value) => trace.push(`${time.nowMs()} ${value}`),
          (error: unknown) => trace.push(`${time.nowMs()} ${String(error)}`),
        );
      }
      await time.advance(1_000);
      return trace;
    };
    const first = await run();
    expect(first).toHaveLength(50);
    expect(await run()).toEqual(first);
  });
});
