import { expect, test } from "vitest";
import type { QueuedTask } from "../ports/queue-inspector.ts";
import { waitsFor } from "./waits-for.ts";

const agent = (pool: string, room: number, draining = false) => ({
  ...{ agentId: `${pool}/${room}`, pool, cluster: "east", labels: {}, room, running: 0, version: "1", atMs: 1 },
  draining,
});
const queued = (place: QueuedTask["place"], rank?: number, lastError?: string) => ({
  ...{ pool: "gpu", place },
  ...(rank !== undefined && { rank }),
  ...(lastError !== undefined && { lastError }),
});

test.each([
  { what: queued("running"), agents: [], kind: "nothing", says: /has it/ },
  { what: queued("ended"), agents: [], kind: "nothing", says: /ended/ },
  { what: queued("waiting", 0), agents: [agent("cpu", 3)], kind: "agent", says: /No agent .* "gpu"/ },
  { what: queued("waiting", 0), agents: [agent("gpu", 3, true)], kind: "undrained agent", says: /uncordon/ },
  { what: queued("away", undefined, "no cpu"), agents: [agent("gpu", 1)], kind: "another try", says: /no cpu/ },
  // A drained agent's room is not for it.
  { what: queued("backlog", 9), agents: [agent("gpu", 0), agent("gpu", 4, true)], kind: "room", says: /9 tasks/ },
  { what: queued("waiting", 1), agents: [agent("gpu", 2)], kind: "its turn", says: /1 task comes before it.*2 more/ },
  { what: queued("waiting", 0), agents: [agent("gpu", 2)], kind: "its turn", says: /next/ },
])("$what.place $what.rank: $kind", ({ what, agents, kind, says }) => {
  const waiting = waitsFor(what, agents);
  expect(waiting.waitsFor).toBe(kind);
  expect(waiting.message).toMatch(says);
});
