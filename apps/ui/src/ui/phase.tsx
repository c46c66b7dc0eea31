import type { components } from "@capstan/client";
import "./phase.css";

export type NodePhase = components["schemas"]["Vertex"]["phase"];
export type WorkflowPhase = components["schemas"]["WorkflowSummary"]["phase"];
export type AnyPhase = NodePhase | WorkflowPhase;

/** A sign besides the colour, so that phases can be told apart without it. */
export const phaseSigns: { readonly [P in AnyPhase]: string } = {
  "": "◌",
  Pending: "◌",
  Running: "●",
  Succeeded: "✔",
  Skipped: "○",
  Failed: "✖",
  Error: "⚠",
  Omitted: "○",
};

export function phaseClass(phase: AnyPhase): string {
  return `phase-${(phase || "Pending").toLowerCase()}`;
}

/** A phase as a coloured sign and word. */
export function PhaseBadge({ phase, word, title }: { phase: AnyPhase; word?: string; title?: string }) {
  return (
    <span className={`phase ${phaseClass(phase)}`} title={title}>
      <span className="phase-sign" aria-hidden="true">
        {phaseSigns[phase]}
      </span>
      {word ?? (phase || "Pending")}
    </span>
  );
}

const letters: { readonly [letter: string]: AnyPhase } = {
  p: "Pending",
  r: "Running",
  s: "Succeeded",
  k: "Skipped",
  f: "Failed",
  e: "Error",
  o: "Omitted",
};

/** The phase of a strip's letter, and whether failures are among what it stands for. */
export function phaseOfLetter(letter: string): { readonly phase: AnyPhase; readonly hidesFailures: boolean } {
  const lower = letter.toLowerCase();
  return { phase: letters[lower] ?? "Pending", hidesFailures: letter !== lower };
}
