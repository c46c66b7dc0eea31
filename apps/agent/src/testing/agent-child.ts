// A stand-in for an agent's process in tests that kill it: starts one task on a local runtime, says so, and waits.

import type { Task } from "@capstan/core";
import { silentLogger } from "../logger.ts";
import { makeRuntime, type RuntimeConfig } from "../runtime/make-runtime.ts";
import { systemClock } from "../system-clock.ts";
import { loneArtifacts } from "./lone-artifacts.ts";

const { config, tasks } = JSON.parse(process.argv[2] ?? "{}") as {
  readonly config: RuntimeConfig;
  readonly tasks: readonly Task[];
};
const runtime = makeRuntime(config, loneArtifacts(config.stateFolder).artifacts, systemClock, silentLogger);
const checked = await runtime.check();
if (!checked.ok) throw new Error(checked.error);
for (const task of tasks) {
  await runtime.start(task, { started: () => console.log(`started ${task.id}`), progressed: () => undefined });
  console.log(`launched ${task.id}`);
}
setInterval(() => undefined, 60_000);
