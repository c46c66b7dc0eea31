import { memo } from "react";
import { type AnsiColour, ansiParts } from "./ansi-parts.ts";

const charactersMax = 4_000;

const tokens: { readonly [C in AnsiColour]?: string } = {
  red: "var(--failed)",
  green: "var(--succeeded)",
  yellow: "var(--warning)",
  blue: "var(--running)",
  magenta: "var(--error)",
  cyan: "var(--accent)",
};

/** A line of a log in its colours; of a very long one the beginning. */
export const AnsiText = memo(function AnsiText({ text }: { text: string }) {
  const cut = text.slice(0, charactersMax);
  return (
    <>
      {ansiParts(cut).map((part, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one line never move.
          key={index}
          style={{ color: part.colour && tokens[part.colour], fontWeight: part.isBold ? 650 : undefined }}
        >
          {part.text}
        </span>
      ))}
      {text.length > cut.length && (
        <span className="muted"> … {(text.length - cut.length).toLocaleString()} characters more</span>
      )}
    </>
  );
});
