import { type Palette, paletteFor } from "./render/phase-style.ts";
import { printable } from "./render/printable.ts";

/** Where a command writes. What is a result goes to `out`, what only informs to `err`. */
export interface Terminal {
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
  readonly outPalette: Palette;
  readonly errPalette: Palette;
  /** Columns; 100 where the output is no terminal. */
  readonly width: number;
  /** On a terminal without what would steer it; into a file or a pipe, as it is. */
  print(lines: readonly string[] | string): void;
  /** As it is, wherever it goes. */
  printRaw(line: string): void;
  inform(lines: readonly string[] | string): void;
}

const widthWithoutTerminal = 100;

export function createTerminal(): Terminal {
  const { stdout: out, stderr: err, env } = process;
  const colored = (stream: NodeJS.WriteStream) =>
    env["FORCE_COLOR"] !== undefined && env["FORCE_COLOR"] !== "0"
      ? true
      : stream.isTTY === true && env["NO_COLOR"] === undefined && env["TERM"] !== "dumb";
  const write = (stream: NodeJS.WriteStream, lines: readonly string[] | string) => {
    const text = typeof lines === "string" ? lines : lines.join("\n");
    if (text !== "") stream.write(`${stream.isTTY === true ? printable(text, colored(stream)) : text}\n`);
  };
  // A reader that has seen enough (`| head`) ends us quietly.
  for (const stream of [out, err]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(0);
    });
  }
  return {
    out,
    err,
    outPalette: paletteFor(colored(out)),
    errPalette: paletteFor(colored(err)),
    width: out.columns || err.columns || widthWithoutTerminal,
    print: (lines) => write(out, lines),
    printRaw: (line) => void out.write(`${line}\n`),
    inform: (lines) => write(err, lines),
  };
}
