import { printable } from "./printable.ts";

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]|[\u{20000}-\u{3fffd}]/u;

/** How many columns of a terminal the text takes; it holds no escape sequences. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += wide.test(character) ? 2 : 1;
  return width;
}

/** The text in at most `columns`, with an ellipsis where it was longer, and without characters that would move the cursor. */
export function cut(text: string, columns: number): string {
  const clean = printable(text.replace(/\s/g, " "));
  if (widthOf(clean) <= columns) return clean;
  let kept = "";
  let width = 1;
  for (const character of clean) {
    width += widthOf(character);
    if (width > columns) break;
    kept += character;
  }
  return columns <= 0 ? "" : `${kept}…`;
}

/** The text in lines of at most `columns`, broken between words where that is possible. */
export function wrapped(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && widthOf(line) + 1 + widthOf(word) > columns) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
    while (line.length > columns) {
      lines.push(line.slice(0, columns));
      line = line.slice(columns);
    }
  }
  return line === "" ? lines : [...lines, line];
}

export function pad(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - widthOf(text)));
}
