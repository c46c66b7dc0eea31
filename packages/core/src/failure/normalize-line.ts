const lineLengthMax = 300;

/** What differs from one run to the next and says nothing of the cause, in the order in which it is taken out. */
const variableParts: readonly (readonly [RegExp, string])[] = [
  // Colours and other terminal controls.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  [/\u001b\[[0-9;?]*[A-Za-z]/g, ""],
  [/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, "<uuid>"],
  [/\b\d{4}[-/]\d{2}[-/]\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?(?:Z|\s?[+-]\d{2}:?\d{2})?/g, "<time>"],
  [/\b\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?\b/g, "<time>"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, "<address>"],
  [/\b0x[0-9a-f]+\b/gi, "<hex>"],
  [/\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,}\b/gi, "<hex>"],
  // Folders that were made for one run have numbers or long words of mixed letters and digits in their names.
  [/(\/(?:tmp|var\/tmp|var\/folders))\/[^\s/:'"]+/g, "$1/<name>"],
  [/\/(?=[^\s/:'"]*\d)[^\s/:'"]{6,}(?=\/)/g, "/<name>"],
  [/\d+(?:[.,]\d+)*/g, "<n>"],
];

/**
 * A line of a log or a message without what changes from run to run: numbers, times, ids, addresses, names of folders that were made for
 * one run, and the names given (a workflow's own).
 */
export function normalizeLine(line: string, names: readonly string[] = []): string {
  let text = line;
  for (const name of names) if (name !== "") text = text.replaceAll(name, "<name>");
  for (const [pattern, word] of variableParts) text = text.replace(pattern, word);
  return text.replace(/\s+/g, " ").trim().slice(0, lineLengthMax);
}
