import type { Template } from "../spec/template.ts";
import type { NodeStatus } from "../status.ts";

/** Where a composite's frame stands in the workflow. */
export interface FramePlace {
  readonly node: NodeStatus;
  /** Processed: its inputs have their values. */
  readonly template: Template;
  /** Where its calls look for their templates. */
  readonly scope: string;
  readonly depth: number;
  readonly isExit: boolean;
}
