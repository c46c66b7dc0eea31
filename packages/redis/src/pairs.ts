/** An answer of Redis that names and values take turns in (a sorted set with its scores, say), as pairs. */
export function pairs(answer: readonly string[]): readonly (readonly [string, string])[] {
  return Array.from({ length: answer.length / 2 }, (_, index) => [
    answer[2 * index] ?? "",
    answer[2 * index + 1] ?? "",
  ]);
}
