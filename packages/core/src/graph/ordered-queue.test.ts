import fc from "fast-check";
import { expect, test } from "vitest";
import { OrderedQueue } from "./ordered-queue.ts";

test("numbers come out smallest first, whatever came in between", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer(), { nil: undefined })), (moves) => {
      const queue = new OrderedQueue();
      const model: number[] = [];
      for (const move of moves) {
        if (move === undefined) {
          model.sort((left, right) => left - right);
          expect(queue.peek()).toBe(model[0]);
          expect(queue.take()).toBe(model.shift());
        } else {
          queue.add(move);
          model.push(move);
        }
        expect(queue.size).toBe(model.length);
      }
    }),
  );
});
