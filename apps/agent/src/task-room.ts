import type { RuntimeRoom } from "@capstan/core";

export interface TaskRoomOptions {
  /** What the configuration allows at once. */
  readonly concurrency: number;
  /** What the runtime has room for, where it knows. */
  readonly runtime: RuntimeRoom | undefined;
  /** Told of every change; those of a moment are taken together. */
  readonly onChange: (tasksMax: number) => void;
  readonly settleMs: number;
}

/** How many tasks an agent may hold at once: as many as are configured and fit, none while it drains. */
export class TaskRoom {
  readonly #options: TaskRoomOptions;
  readonly #stopFollowing: (() => void) | undefined;
  #isDraining = false;
  #known: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TaskRoomOptions) {
    this.#options = options;
    this.#known = this.tasksMax;
    this.#stopFollowing = options.runtime?.onChange(() => this.#settle());
  }

  get tasksMax(): number {
    const { concurrency, runtime } = this.#options;
    return this.#isDraining ? 0 : Math.min(concurrency, runtime?.current() ?? concurrency);
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  drain(isDraining: boolean): void {
    this.#isDraining = isDraining;
    this.#settle();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#stopFollowing?.();
  }

  #settle(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const { tasksMax } = this;
      if (tasksMax === this.#known) return;
      this.#known = tasksMax;
      this.#options.onChange(tasksMax);
    }, this.#options.settleMs);
  }
}
