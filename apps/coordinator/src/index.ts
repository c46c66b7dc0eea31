export { type RunningCoordinator, startCoordinator } from "./compose.ts";
export { type CoordinatorConfig, parseConfig } from "./config.ts";
export { type Logger, silentLogger } from "./logger.ts";
export { Coordinator, type CoordinatorPorts } from "./shard/coordinator.ts";
export { ownerOf } from "./shard/rendezvous.ts";
export { defaultPolicy, type ShardSettings, shardDefaults } from "./shard/settings.ts";
export { type ShardObserver, silentObserver } from "./shard/shard-observer.ts";
