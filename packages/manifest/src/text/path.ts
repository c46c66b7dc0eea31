/** The way to a value: object keys and list positions. */
export type Path = readonly (string | number)[];

const plainKey = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** Writes a path as `spec.templates[2].metadata.labels["a.b/c"]`. */
export function formatPath(path: Path): string {
  let text = "";
  for (const segment of path) {
    if (typeof segment === "number") text += `[${segment}]`;
    else if (plainKey.test(segment)) text += text === "" ? segment : `.${segment}`;
    else text += `[${JSON.stringify(segment)}]`;
  }
  return text;
}

const segmentPattern = /\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\.?([A-Za-z_][A-Za-z0-9_-]*)/y;

/** The inverse of `formatPath`; stops at the first character that is no path. */
export function parsePath(text: string): Path {
  const path: (string | number)[] = [];
  segmentPattern.lastIndex = 0;
  for (let match = segmentPattern.exec(text); match !== null; match = segmentPattern.exec(text)) {
    if (match[1] !== undefined) path.push(Number(match[1]));
    else if (match[2] !== undefined) path.push(String(JSON.parse(match[2])));
    else if (match[3] !== undefined) path.push(match[3]);
    if (segmentPattern.lastIndex >= text.length) break;
  }
  return path;
}
