import type { NodePhase, NodeType, WorkflowPhase } from "@capstan/core";
import pc from "picocolors";

type Colors = ReturnType<typeof pc.createColors>;
export type Paint = (text: string) => string;

export interface Palette {
  readonly phase: (phase: NodePhase | WorkflowPhase, text: string) => string;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
}

/** Colours, or none where the output is no terminal or NO_COLOR is set. */
export function paletteFor(colored: boolean): Palette {
  const colors: Colors = pc.createColors(colored);
  const byPhase: { readonly [phase in NodePhase | WorkflowPhase]: Paint } = {
    "": colors.yellow,
    Pending: colors.yellow,
    Running: colors.cyan,
    Succeeded: colors.green,
    Failed: colors.red,
    Error: colors.red,
    Skipped: colors.gray,
    Omitted: colors.gray,
  };
  return {
    phase: (phase, text) => byPhase[phase](text),
    bold: colors.bold,
    dim: colors.gray,
    red: colors.red,
    yellow: colors.yellow,
  };
}

const icons: { readonly [phase in NodePhase | WorkflowPhase]: string } = {
  "": "◷",
  Pending: "◷",
  Running: "●",
  Succeeded: "✔",
  Failed: "✖",
  Error: "⚠",
  Skipped: "○",
  Omitted: "○",
};

/** The sign before a node, as users of Argo know it. */
export function iconOf(phase: NodePhase | WorkflowPhase, type?: NodeType): string {
  return type === "Suspend" && phase === "Running" ? "ǁ" : icons[phase];
}
