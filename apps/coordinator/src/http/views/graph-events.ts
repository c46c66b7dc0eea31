import { criticalPath, type VisibleOptions, visibleGraph, type WorkflowHeader, type WorkflowView } from "@capstan/core";
import type { z } from "zod";
import type { graphHead, vertexSchema } from "./graph-schemas.ts";

export type GraphHead = z.infer<typeof graphHead>;
type DrawnVertex = z.infer<typeof vertexSchema>;

/** What a viewer is told: first, where the nodes have to be read, how the workflow is; then all that is drawn; then what of it changed. */
export type GraphEvent =
  | { readonly type: "head"; readonly head: GraphHead }
  | { readonly type: "snapshot"; readonly head: GraphHead; readonly vertices: readonly DrawnVertex[] }
  | {
      readonly type: "patch";
      readonly head?: GraphHead;
      readonly vertices: readonly DrawnVertex[];
      readonly removed: readonly string[];
    }
  | { readonly type: "deleted" };

type GraphSnapshot = Extract<GraphEvent, { readonly type: "snapshot" }>;

/** All that is drawn. */
export function graphSnapshot(view: WorkflowView, options: VisibleOptions): GraphSnapshot {
  return { type: "snapshot", head: headOf(view.header), vertices: drawnVertices(view, options) };
}

function drawnVertices(view: WorkflowView, options: VisibleOptions): readonly DrawnVertex[] {
  const critical = criticalPath(view);
  return visibleGraph(view, options).map((vertex) =>
    critical.has(vertex.id) ? { ...vertex, critical: true } : vertex,
  );
}

/** The workflow itself, without its nodes. */
export function headOf(header: WorkflowHeader): GraphHead {
  const { phase, message, startedAtMs, finishedAtMs, progress, suspended, shutdown, estimatedDuration } = header;
  return {
    ...{ phase, progress, suspended },
    ...(message !== undefined && message !== "" && { message: message.slice(0, 2_000) }),
    ...(startedAtMs !== undefined && { startedAtMs }),
    ...(finishedAtMs !== undefined && { finishedAtMs }),
    ...(shutdown !== undefined && { shutdown }),
    ...(estimatedDuration !== undefined && { estimatedDuration }),
  };
}

/** Remembers what a viewer was told, and says what is new. */
export class GraphDifference {
  #told = new Map<string, string>();
  #head = "";

  /** The event that brings the viewer up to date; undefined when it is. */
  next(view: WorkflowView, options: VisibleOptions): GraphEvent | undefined {
    const isFirst = this.#head === "";
    const snapshot = graphSnapshot(view, options);
    const now = new Map(snapshot.vertices.map((vertex) => [vertex.id, JSON.stringify(vertex)]));
    const vertices = snapshot.vertices.filter((vertex) => this.#told.get(vertex.id) !== now.get(vertex.id));
    const removed = [...this.#told.keys()].filter((id) => !now.has(id));
    const head = JSON.stringify(snapshot.head);
    const isSameHead = head === this.#head;
    [this.#told, this.#head] = [now, head];
    if (isFirst) return snapshot;
    if (isSameHead && vertices.length === 0 && removed.length === 0) return undefined;
    return { type: "patch", ...(!isSameHead && { head: snapshot.head }), vertices, removed };
  }
}
