export { type RunningAgent, startAgent } from "./compose.ts";
export { type AgentConfig, readConfig } from "./config.ts";
export { type Logger, silentLogger } from "./logger.ts";
export type { Report } from "./report/report.ts";
export { Reporter, type ReporterLimits, type ReporterOptions, reporterDefaults } from "./report/reporter.ts";
export { NoopRuntime } from "./runtime/noop/noop-runtime.ts";
export { systemClock } from "./system-clock.ts";
export { AgentWorker, type AgentWorkerOptions } from "./worker.ts";
