/** An entry as Redis answers it: id, then field, value, field, value, … */
export type StreamEntry = readonly [id: string, fields: readonly string[]];

/** The first value of a field in an entry. */
export function fieldOf(entry: StreamEntry, name: string): string | undefined {
  const fields = entry[1];
  for (let index = 0; index < fields.length; index += 2) if (fields[index] === name) return fields[index + 1];
  return undefined;
}

/** The bound of a range that starts after an id ("" for the beginning). */
export function rangeAfter(id: string): string {
  return id === "" ? "-" : `(${id}`;
}

/** The smallest id after another: trimming with it as the minimum forgets everything up to and including the other. */
export function nextStreamId(id: string): string {
  const [milliseconds, sequence] = id.split("-");
  return `${milliseconds}-${BigInt(sequence ?? "0") + 1n}`;
}
