export type AnsiColour = "black" | "red" | "green" | "yellow" | "blue" | "magenta" | "cyan" | "white";

export interface AnsiPart {
  readonly text: string;
  readonly colour: AnsiColour | undefined;
  readonly isBold: boolean;
}

/** A line in more pieces than this is one whose writer plays with us: the rest of it stays in one colour. */
const partsMax = 200;

const colours: readonly AnsiColour[] = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

const introducer = "\\u001b";
const sequences = new RegExp(
  [
    // Control sequences: colours among them, and what moves a terminal's cursor or clears its screen.
    `(?:${introducer}\\[|\\u009b)(?<parameters>[0-?]*)[ -/]*(?<final>[@-~]?)`,
    // Strings for the terminal itself: titles, links, images, with all that they hold.
    `(?:${introducer}[\\]PX^_]|[\\u0090\\u0098\\u009d-\\u009f])[^\\u0007\\u001b\\u009c]*(?:\\u0007|\\u009c|${introducer}\\\\)?`,
    // Every other escape, such as another character set.
    `${introducer}[ -/]*[0-~]?`,
  ].join("|"),
  "gu",
);

const controls = /[\p{Cc}--\t]/gv;

/** A line of a log as text with the colours that its escape sequences ask for. All else of them is left out; other control characters are shown as their pictures. */
export function ansiParts(line: string): readonly AnsiPart[] {
  const parts: AnsiPart[] = [];
  let style: Style = plain;
  let at = 0;
  for (const match of line.matchAll(sequences)) {
    add(parts, line.slice(at, match.index), style);
    at = match.index + match[0].length;
    const { parameters = "", final } = match.groups ?? {};
    if (final === "m" && parts.length < partsMax) style = styled(style, parameters);
  }
  add(parts, line.slice(at), style);
  return parts;
}

interface Style {
  readonly colour: AnsiColour | undefined;
  readonly isBold: boolean;
}

const plain: Style = { colour: undefined, isBold: false };

function add(parts: AnsiPart[], raw: string, { colour, isBold }: Style): void {
  if (raw === "") return;
  const text = raw.replace(controls, pictureOf);
  const last = parts.at(-1);
  if (last === undefined || last.colour !== colour || last.isBold !== isBold) parts.push({ text, colour, isBold });
  else parts[parts.length - 1] = { ...last, text: last.text + text };
}

/** Unicode has a picture of each control character of ASCII. */
function pictureOf(control: string): string {
  const code = control.charCodeAt(0);
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? "\u2421" : "\ufffd";
}

function styled(before: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map(Number);
  let style = before;
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] ?? 0;
    if (code === 0) style = plain;
    else if (code === 1) style = { ...style, isBold: true };
    else if (code === 22) style = { ...style, isBold: false };
    else if (code === 39) style = { ...style, colour: undefined };
    else if (code >= 30 && code <= 37) style = { ...style, colour: colours[code - 30] };
    else if (code >= 90 && code <= 97) style = { ...style, colour: colours[code - 90] };
    // A colour of the palette, or of red, green and blue: what follows is no code.
    else if (code === 38 || code === 48) index += codes[index + 1] === 5 ? 2 : 4;
  }
  return style;
}
