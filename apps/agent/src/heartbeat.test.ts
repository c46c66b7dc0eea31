import { VirtualTime } from "@capstan/testkit";
import { expect, test } from "vitest";
import { Heartbeat } from "./heartbeat.ts";
import { type Logger, silentLogger } from "./logger.ts";

function world(logger: Logger = silentLogger) {
  const time = new VirtualTime();
  const answers: {
    resolve: (answer: { draining: boolean; hasRival: boolean }) => void;
    reject: (error: Error) => void;
  }[] = [];
  const heard: boolean[] = [];
  const left: string[] = [];
  const heartbeat = new Heartbeat({
    registry: {
      beat: () => new Promise((resolve, reject) => answers.push({ resolve, reject })),
      leave: async (agentId) => void left.push(agentId),
    },
    agentId: "east/gpu/node-1",
    describe: () => ({
      ...{ agentId: "east/gpu/node-1", pool: "gpu", cluster: "east", labels: {} },
      ...{ room: 1, running: 0, version: "1", atMs: time.nowMs() },
    }),
    onDraining: (isDraining) => heard.push(isDraining),
    ...{ clock: time, logger },
  });
  return { time, answers, heard, left, heartbeat };
}

test("beats one after the other, hears whether to drain, goes on after a failure, and leaves at the end", async () => {
  const { time, answers, heard, left, heartbeat } = world();
  answers[0]?.resolve({ draining: true, hasRival: false });
  await heartbeat.first;
  expect(heard).toEqual([true]);
  await time.advance(6_000);
  // Redis does not answer: nothing more is asked until it does.
  await time.advance(60_000);
  expect(answers).toHaveLength(2);
  answers[1]?.reject(new Error("Connection is closed."));
  await time.advance(6_000);
  answers[2]?.resolve({ draining: false, hasRival: false });
  await time.advance(1_000);
  expect([answers.length, heard]).toEqual([3, [true, false]]);
  await heartbeat.stop();
  await time.advance(60_000);
  expect([answers.length, left]).toEqual([3, ["east/gpu/node-1"]]);
});

test("says once that another lives under its name, and nothing of a predecessor", async () => {
  const errors: unknown[] = [];
  const { time, answers } = world({ ...silentLogger, error: (details) => errors.push(details) });
  for (const [index, hasRival] of [true, false, true, true, true].entries()) {
    answers[index]?.resolve({ draining: false, hasRival });
    await time.advance(5_000);
    expect(errors).toHaveLength(index < 3 ? 0 : 1);
  }
});
