import type { RetryStrategy } from "../spec/template.ts";
import type { NodeStatus } from "../status.ts";
import type { Call, PreparedCall } from "./call.ts";
import type { Frame } from "./frame.ts";
import type { FramePlace } from "./frame-place.ts";
import type { MachineState } from "./state.ts";

/** Makes frames; handed in, since calls make frames and frames make calls. */
export interface FrameFactory {
  root(): Frame;
  steps(state: MachineState, place: FramePlace): Frame;
  dag(state: MachineState, place: FramePlace): Frame;
  retry(node: NodeStatus, call: Call, prepared: PreparedCall, strategy: RetryStrategy): Frame;
}
