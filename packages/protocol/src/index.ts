export { type AgentHeartbeat, decodeHeartbeat, encodeHeartbeat } from "./agent-heartbeat.ts";
export {
  type BlobPartRequest,
  decodeArtifactRecord,
  decodeBlobPartRequest,
  encodeArtifactRecord,
  encodeBlobPartRequest,
} from "./artifact-message.ts";
export { type Cancellation, decodeCancellations, encodeCancellations } from "./cancellation.ts";
export { type Envelope, type ProtocolError, protocolVersion } from "./envelope.ts";
export {
  decodeLogLines,
  decodeLogRequest,
  encodeLogLines,
  encodeLogRequest,
  type LogRequest,
} from "./log-message.ts";
export {
  decodePodAnswer,
  decodePodRequest,
  encodePodAnswer,
  encodePodRequest,
  type PodAnswer,
  type PodRequest,
} from "./pod-message.ts";
export { decodeTask, encodeTask } from "./task-message.ts";
export { decodeEvent, encodeEvent } from "./workflow-event.ts";
