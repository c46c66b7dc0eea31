/**
 * Numbers from 0 to 1 that look random and follow from the seed alone: a replay of the same events draws the same ones. They are
 * for names and samples, not for secrets.
 */
export function chanceOf(seed: () => string): () => number {
  let state: number | undefined;
  return () => {
    // Most evaluations draw nothing, so the seed is made with the first draw.
    state = ((state ?? hash(seed())) + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value;
}
