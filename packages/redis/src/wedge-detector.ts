/** What one look at a worker saw. */
export interface WorkerObservation {
  readonly hasRoom: boolean;
  readonly waiting: number;
  /** Tasks pulled since the start. */
  readonly pulledCount: number;
}

/**
 * Notices a worker that sleeps although tasks wait and it has room: BullMQ workers were seen to after lost markers and
 * reconnections. A worker that pulled anything since the last look is awake.
 */
export class WedgeDetector {
  #idleLooks = 0;
  #pulledCount = 0;

  /** "nudge" at the second idle look in a row, "replace" at the fourth. */
  observe({ hasRoom, waiting, pulledCount }: WorkerObservation): "fine" | "nudge" | "replace" {
    const idle = hasRoom && waiting > 0 && pulledCount === this.#pulledCount;
    this.#pulledCount = pulledCount;
    this.#idleLooks = idle ? this.#idleLooks + 1 : 0;
    if (this.#idleLooks === 2) return "nudge";
    if (this.#idleLooks < 4) return "fine";
    this.#idleLooks = 0;
    return "replace";
  }
}
