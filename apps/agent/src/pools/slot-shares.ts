/** Tasks that an agent holds now: of its own pool, of each extra one, and of those that it pulls from no more. */
export interface HeldTasks {
  readonly own: number;
  readonly extras: readonly number[];
  readonly retired: number;
}

/**
 * How many tasks the pools of an agent may hold. Half of the free slots are held out to the extra pools, in equal parts, at least one to each; the
 * own pool may fill the others. So that none starves behind another's backlog, every pool may hold one task even when no slot is free: together
 * they hold one more for each extra pool at most, which the own pool then has less.
 */
export function shareSlots(
  slots: number,
  held: HeldTasks,
): { readonly own: number; readonly extras: readonly number[] } {
  const { own, extras, retired } = held;
  if (slots < 1) return { own: 0, extras: extras.map(() => 0) };
  const free = slots - extras.reduce((sum, count) => sum + count, own + retired);
  const part = free < 1 || extras.length === 0 ? 0 : Math.max(1, Math.floor(free / (2 * extras.length)));
  const reserved = extras.length * Math.max(0, part - 1);
  return { own: Math.max(1, own + free - reserved), extras: extras.map((count) => Math.max(1, count + part)) };
}
