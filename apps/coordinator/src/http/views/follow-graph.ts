import type { VisibleOptions } from "@capstan/core";
import { ApiError } from "../api-error.ts";
import type { HttpContext } from "../context.ts";
import { limits } from "../limits.ts";
import type { WorkflowHead, WorkflowPlace } from "../workflow-lookup.ts";
import { GraphDifference, type GraphEvent, headOf } from "./graph-events.ts";

/** What a viewer is told of a workflow until it is gone or the signal aborts: ten pictures a second at most, and fewer where drawing takes long. */
export async function* followGraph(
  { dependencies, feed, views }: Pick<HttpContext, "dependencies" | "feed" | "views">,
  { place, head }: { readonly place: WorkflowPlace; readonly head: Pick<WorkflowHead, "header"> },
  options: VisibleOptions,
  signal: AbortSignal,
): AsyncGenerator<GraphEvent> {
  const { clock } = dependencies;
  const { wakeup, stop } = feed.watchWorkflow(place.uid);
  const difference = new GraphDifference();
  let drawingBeforeMs = 0;
  try {
    if (!views.isAtHand(place)) yield { type: "head", head: headOf(head.header) };
    while (!signal.aborted) {
      const view = await views.current(place).catch(undefinedWhenGone);
      if (view === undefined) return yield { type: "deleted" };
      const startedAtMs = clock.nowMs();
      const event = difference.next(view, options);
      const drawingMs = clock.nowMs() - startedAtMs;
      if (event !== undefined) {
        yield event;
        // A third of the time at most goes into drawing. One that took long may have been the first, or have had to wait for the processor:
        // that says nothing about the next.
        await clock.sleep(Math.max(limits.graphPauseMs, 2 * Math.min(drawingMs, drawingBeforeMs)), signal);
      }
      drawingBeforeMs = drawingMs;
      await wakeup.wait(clock, limits.watchPollMs, signal);
    }
  } finally {
    stop();
  }
}

function undefinedWhenGone(error: unknown): undefined {
  if (!(error instanceof ApiError) || error.code !== "NotFound") throw error;
}
