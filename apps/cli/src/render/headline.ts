import type { WorkflowHeader } from "@capstan/core";
import { spanOf } from "./duration.ts";
import { iconOf, type Palette } from "./phase-style.ts";
import { cut } from "./text-width.ts";

/** One line of how a workflow goes: icon, name, phase, how long, progress, message. */
export function headline(
  name: string,
  header: WorkflowHeader | undefined,
  { nowMs, width, palette }: { readonly nowMs: number; readonly width: number; readonly palette: Palette },
): string {
  const phase = header?.phase ?? "";
  const word = header?.suspended === true && header.finishedAtMs === undefined ? "Suspended" : phase || "Pending";
  const facts = [
    spanOf(header?.startedAtMs, header?.finishedAtMs, nowMs),
    header === undefined || header.progress === "" ? "" : header.progress,
  ].filter((fact) => fact !== "");
  const start = `${iconOf(phase)} ${name}  ${word}`;
  const rest = `${facts.length === 0 ? "" : `  ${facts.join("  ")}`}`;
  const message = header?.message === undefined ? "" : `  ${header.message.replace(/\s+/g, " ")}`;
  const room = Math.max(0, width - start.length - rest.length - 1);
  return `${palette.phase(phase, iconOf(phase))} ${palette.bold(name)}  ${palette.phase(phase, word)}${palette.dim(rest)}${cut(message, room)}`;
}
