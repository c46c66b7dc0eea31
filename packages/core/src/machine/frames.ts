import { DagFrame } from "./dag-frame.ts";
import type { FrameFactory } from "./frame-factory.ts";
import { RetryFrame } from "./retry-frame.ts";
import { RootFrame } from "./root-frame.ts";
import { StepsFrame } from "./steps-frame.ts";

export const frames: FrameFactory = {
  root: () => new RootFrame(),
  steps: (state, place) => new StepsFrame(state, place),
  dag: (state, place) => new DagFrame(state, place),
  retry: (node, call, prepared, strategy) => new RetryFrame(node, call, prepared, strategy),
};
