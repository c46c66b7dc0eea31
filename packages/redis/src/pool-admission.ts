/** How many tasks of a pool may wait in BullMQ; the rest waits in the pool's backlog. */
export interface BacklogLimits {
  /** From here on tasks wait in the backlog … */
  readonly releasedMax: number;
  /** … save those that are more urgent than what BullMQ holds already, up to this. */
  readonly urgentMax: number;
  /** Whoever took tasks from the backlog that long ago and has not brought them to BullMQ is gone. */
  readonly takenForMs: number;
}

/** BullMQ is quick with thousands, and no agent that asks for its next task finds it empty. */
export const backlogLimits: BacklogLimits = { releasedMax: 5_000, urgentMax: 20_000, takenForMs: 10_000 };

/** What a pool holds at a moment. */
export interface PoolContent {
  /** Tasks that wait in BullMQ, or are on their way there. */
  readonly released: number;
  readonly backlog: number;
  /** The lowest priority in BullMQ, as a number the highest; 0 when none waits there. */
  readonly lastPriority: number;
}

/**
 * Says which of some new tasks go to BullMQ at once, by their priorities (1 comes first). Whatever waits in the backlog stays less urgent than
 * all in BullMQ, so that the best bid runs first as if there were no backlog; beyond `urgentMax` it does so only in the end.
 */
export function admitted(
  priorities: readonly number[],
  content: PoolContent,
  limits: BacklogLimits,
): readonly boolean[] {
  const byUrgency = [...priorities.keys()].sort(
    (left, right) => (priorities[left] ?? 0) - (priorities[right] ?? 0) || left - right,
  );
  let released = content.released;
  const answer = priorities.map(() => false);
  for (const index of byUrgency) {
    const hasRoom = released < limits.releasedMax && content.backlog === 0;
    const isUrgent = released < limits.urgentMax && (priorities[index] ?? 0) < content.lastPriority;
    if (!hasRoom && !isUrgent) break;
    answer[index] = true;
    released += 1;
  }
  return answer;
}
