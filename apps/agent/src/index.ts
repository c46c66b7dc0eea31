export { type Logger, silentLogger } from "./logger.ts";
export type { Report } from "./report/report.ts";
export { Reporter, type ReporterLimits, type ReporterOptions, reporterDefaults } from "./report/reporter.ts";
export { AgentWorker, type AgentWorkerOptions } from "./worker.ts";
