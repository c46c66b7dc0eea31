import type { NodeStatus } from "@capstan/core";
import type { ChangeEvent } from "../client/workflow-api.ts";
import { spanOf } from "./duration.ts";
import { iconOf, type Palette } from "./phase-style.ts";
import { printableLine } from "./printable.ts";
import { countsText } from "./tree.ts";
import type { WorkflowView } from "./workflow-view.ts";

/** Beyond this many nodes single successes are not told, only sums. */
const namedNodesMax = 200;
const sumEveryMs = 2_000;

/** What happens, line by line, for outputs that are no terminal: each leaf's end, and the workflow's. */
export class LineLog {
  readonly #told = new Map<string, string>();
  readonly #counts = new Map<NodeStatus["phase"], number>();
  readonly #palette: Palette;
  #toldPhase = "";
  #nextSumAtMs = 0;

  constructor(palette: Palette) {
    this.#palette = palette;
  }

  /** The lines that an event is worth; the view has taken the event already. */
  lines(event: ChangeEvent, view: WorkflowView, nowMs: number): readonly string[] {
    const lines = event.nodes.flatMap((node) => this.#nodeLine(node, view, nowMs));
    const header = view.header;
    const phase = header?.phase ?? "";
    if (phase !== this.#toldPhase && phase !== "") {
      this.#toldPhase = phase;
      const span =
        header?.finishedAtMs === undefined ? "" : `  ${spanOf(header.startedAtMs, header.finishedAtMs, nowMs)}`;
      const message = header?.message === undefined ? "" : `  ${printableLine(header.message)}`;
      lines.push(`${this.#palette.phase(phase, iconOf(phase))} ${view.name}  ${phase}${span}${message}`);
    }
    if (view.nodeCount > namedNodesMax && !view.finished && nowMs >= this.#nextSumAtMs) {
      this.#nextSumAtMs = nowMs + sumEveryMs;
      lines.push(`  ${header?.progress ?? ""}  ${countsText(this.#counts, this.#palette)}`);
    }
    return lines;
  }

  #nodeLine(node: NodeStatus, view: WorkflowView, nowMs: number): readonly string[] {
    if (!isLeaf(node)) return [];
    const before = this.#told.get(node.id) as NodeStatus["phase"] | undefined;
    if (before === node.phase) return [];
    this.#told.set(node.id, node.phase);
    if (before !== undefined) this.#counts.set(before, (this.#counts.get(before) ?? 1) - 1);
    this.#counts.set(node.phase, (this.#counts.get(node.phase) ?? 0) + 1);
    const waits = node.type === "Suspend" && node.phase === "Running";
    if (node.phase === "Pending" || (node.phase === "Running" && !waits)) return [];
    const failed = node.phase === "Failed" || node.phase === "Error";
    if (view.nodeCount > namedNodesMax && !failed) return [];
    const span = spanOf(node.startedAtMs, node.finishedAtMs, nowMs);
    const word = waits ? "  waits to be resumed" : span === "" ? "" : `  ${span}`;
    const message = node.message === undefined ? "" : `  ${printableLine(node.message)}`;
    return [
      `  ${this.#palette.phase(node.phase, iconOf(node.phase, node.type))} ${printableLine(node.name)}${word}${message}`,
    ];
  }
}

function isLeaf({ type }: NodeStatus): boolean {
  return type === "Pod" || type === "Suspend" || type === "HTTP" || type === "Skipped" || type === "Plugin";
}
