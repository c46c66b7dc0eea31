import { expect, test } from "vitest";
import { admitted } from "./pool-admission.ts";

const limits = { releasedMax: 3, urgentMax: 5, takenForMs: 1 };

test.each([
  { what: "an empty pool takes what fits", priorities: [1, 1, 1], content: [0, 0, 0], goes: [true, true, true] },
  { what: "the most urgent first", priorities: [9, 1, 5, 2], content: [0, 0, 0], goes: [false, true, true, true] },
  {
    what: "of equals those that came first",
    priorities: [7, 7, 7, 7],
    content: [1, 0, 7],
    goes: [true, true, false, false],
  },
  { what: "behind a backlog nothing overtakes it", priorities: [8, 9], content: [1, 4, 7], goes: [false, false] },
  {
    what: "what is more urgent than all in BullMQ need not wait",
    priorities: [6, 7, 1],
    content: [3, 4, 7],
    goes: [true, false, true],
  },
  { what: "nor when there is no backlog yet", priorities: [6, 7], content: [3, 0, 7], goes: [true, false] },
  { what: "but not without bound", priorities: [1, 2, 3, 4], content: [3, 4, 7], goes: [true, true, false, false] },
  { what: "in a full pool everything waits", priorities: [1], content: [5, 4, 7], goes: [false] },
  { what: "BullMQ ran empty and the backlog comes first", priorities: [1], content: [0, 4, 0], goes: [false] },
])("$what", ({ priorities, content: [released = 0, backlog = 0, lastPriority = 0], goes }) => {
  expect(admitted(priorities, { released, backlog, lastPriority }, limits)).toEqual(goes);
});
