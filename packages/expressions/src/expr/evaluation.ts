import { limits } from "../limits.ts";
import { EvaluationError } from "../result.ts";
import type { CallContext } from "./value.ts";

export interface EvaluationOptions {
  /** The clock that now() reads. */
  readonly nowMs?: number;
  /** A source of numbers from 0 to 1 for functions that need chance. */
  readonly random?: () => number;
}

/** The budgets and sources of one evaluation. */
export class Evaluation implements CallContext {
  readonly nowMs: number;
  readonly random: () => number;
  #elements = 0;
  #steps = 0;

  constructor(options: EvaluationOptions) {
    this.nowMs = options.nowMs ?? 0;
    this.random = options.random ?? refuseRandom;
  }

  allocate(elements: number): void {
    this.#elements += elements;
    if (this.#elements >= limits.elementsAllocatedMax) throw new EvaluationError("memory budget exceeded");
  }

  spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > limits.stepsMax) throw new EvaluationError("step budget exceeded");
  }
}

function refuseRandom(): number {
  throw new EvaluationError("no source of random numbers has been given");
}
