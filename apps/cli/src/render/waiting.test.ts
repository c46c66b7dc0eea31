import { expect, test } from "vitest";
import { renderWaiting } from "./waiting.ts";

test.each([
  { pool: { pool: "gpu", tasks: 2, agents: 0, draining: 0 }, says: ["2 steps wait: no agent serves gpu"] },
  {
    pool: { pool: "cluster=east", tasks: 1, agents: 0, draining: 0 },
    says: ["1 step waits: no agent serves cluster=east"],
  },
  {
    pool: { pool: "gpu", tasks: 1, agents: 2, draining: 2 },
    says: ["1 step waits: every agent that serves gpu was drained (capstan agent uncordon)"],
  },
  // Its turn comes.
  { pool: { pool: "gpu", tasks: 9, agents: 2, draining: 1 }, says: [] },
])("$pool.tasks in $pool.pool, $pool.agents agents of which $pool.draining drain: $says", ({ pool, says }) => {
  expect(renderWaiting([pool])).toEqual(says);
});
