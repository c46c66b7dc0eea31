/**
 * Go's fmt.Sprintf with one whole number, for `withSequence.format`. What Go writes for a mistake ("%!s(int=5)") is
 * written here too, since it is what users of such a format see.
 */
export function formatInteger(format: string, value: number): string {
  let written = "";
  let isUsed = false;
  let position = 0;
  for (;;) {
    const start = format.indexOf("%", position);
    if (start < 0) break;
    written += format.slice(position, start);
    const directive = readDirective(format, start + 1);
    position = directive.end;
    if (directive.verb === "") written += "%!(NOVERB)";
    else if (directive.verb === "%") written += "%";
    else if (isUsed && directive.argument === undefined) written += `%!${directive.verb}(MISSING)`;
    else if (directive.argument !== undefined && directive.argument !== 1) {
      written += `%!${directive.verb}(BADINDEX)`;
      isUsed = true; // Go leaves out the remark on unused arguments once an index was given.
    } else {
      written += formatVerb(directive, value);
      isUsed = true;
    }
  }
  written += format.slice(position);
  return isUsed ? written : `${written}%!(EXTRA int=${value})`;
}

interface Directive {
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  /** The explicit index of the argument (`%[1]d`). */
  readonly argument: number | undefined;
  readonly verb: string;
  readonly end: number;
}

const directivePattern = /([+\-# 0]*)(\d+)?(?:\.(\d*))?(?:\[(\d+)\])?/y;
/** Go refuses more, too. */
const widthMax = 1_000_000;

function readDirective(format: string, start: number): Directive {
  directivePattern.lastIndex = start;
  const match = directivePattern.exec(format);
  const [text = "", flags = "", width, precision, argument] = match ?? [];
  const verb = String.fromCodePoint(...[format.codePointAt(start + text.length) ?? []].flat());
  return {
    flags,
    width: width === undefined ? undefined : Number(width) > widthMax ? 0 : Number(width),
    precision: precision === undefined ? undefined : Number(precision) > widthMax ? 0 : Number(precision),
    argument: argument === undefined ? undefined : Number(argument),
    verb,
    end: start + text.length + verb.length,
  };
}

const bases: { readonly [verb: string]: number } = { d: 10, v: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

function formatVerb(directive: Directive, value: number): string {
  const base = bases[directive.verb];
  if (base !== undefined) return formatInBase(directive, value, base);
  const point = value >= 0 && value <= 0x10ffff && !(value >= 0xd800 && value < 0xe000) ? value : 0xfffd;
  switch (directive.verb) {
    case "c":
      return pad(directive, String.fromCodePoint(point));
    case "q":
      return pad(directive, quoteRune(String.fromCodePoint(point)));
    case "U":
      return pad(directive, `U+${value.toString(16).toUpperCase().padStart(4, "0")}`);
    default:
      return `%!${directive.verb}(int=${value})`;
  }
}

function quoteRune(character: string): string {
  if (character === "'" || character === "\\") return `'\\${character}'`;
  return `'${JSON.stringify(character).slice(1, -1).replace('\\"', '"')}'`;
}

function formatInBase(directive: Directive, value: number, base: number): string {
  const { flags, width, precision, verb } = directive;
  const sign = value < 0 ? "-" : flags.includes("+") && verb !== "v" ? "+" : flags.includes(" ") ? " " : "";
  if (precision === 0 && value === 0) return " ".repeat(width ?? 0);
  let digitsMin = precision ?? 0;
  if (precision === undefined && width !== undefined && flags.includes("0") && !flags.includes("-")) {
    digitsMin = width - sign.length;
  }
  let digits = (value < 0 ? -value : value).toString(base);
  if (verb === "X") digits = digits.toUpperCase();
  digits = digits.padStart(digitsMin, "0");
  return pad(directive, sign + prefix(directive, digits) + digits);
}

function prefix({ flags, verb }: Directive, digits: string): string {
  if (verb === "O") return "0o";
  if (!flags.includes("#")) return "";
  if (verb === "x" || verb === "X") return `0${verb}`;
  if (verb === "b") return "0b";
  return verb === "o" && !digits.startsWith("0") ? "0" : "";
}

function pad({ flags, width }: Directive, text: string): string {
  return flags.includes("-") ? text.padEnd(width ?? 0) : text.padStart(width ?? 0);
}
