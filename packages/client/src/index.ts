export { type ApiProblem, type CapstanClient, createCapstanClient, problemOf } from "./client.ts";
export { type EventStream, followEvents, type StreamState } from "./event-stream.ts";
export type { components, operations, paths } from "./schema.ts";
