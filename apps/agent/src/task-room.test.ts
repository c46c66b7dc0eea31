import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TaskRoom } from "./task-room.ts";

let fits: number;
let changed: () => void;
let told: number[];
let room: TaskRoom;
beforeEach(() => {
  vi.useFakeTimers();
  [fits, told] = [8, []];
  const runtime = {
    current: () => fits,
    onChange: (listener: () => void) => {
      changed = listener;
      return () => {
        changed = () => undefined;
      };
    },
  };
  room = new TaskRoom({ concurrency: 10, runtime, settleMs: 100, onChange: (tasksMax) => told.push(tasksMax) });
});
afterEach(() => {
  room.stop();
  vi.useRealTimers();
});

test("is what is configured or fits, whichever is less; changes of a moment are told once", () => {
  expect(room.tasksMax).toBe(8);
  for (fits of [7, 9, 30]) changed();
  expect(room.tasksMax).toBe(10);
  vi.advanceTimersByTime(100);
  expect(told).toEqual([10]);
});

test("is nothing while the agent drains, and what fits afterwards", () => {
  room.drain(true);
  vi.advanceTimersByTime(100);
  fits = 3;
  changed();
  vi.advanceTimersByTime(100);
  expect([room.tasksMax, told]).toEqual([0, [0]]);
  room.drain(false);
  room.drain(false);
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual([0, 3]);
});

test("without a runtime that knows its room, the configuration is all", () => {
  const fixed = new TaskRoom({ concurrency: 10, runtime: undefined, settleMs: 100, onChange: () => undefined });
  expect(fixed.tasksMax).toBe(10);
  fixed.stop();
});
