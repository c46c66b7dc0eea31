import type { ChangeEvent, WorkflowApi } from "./client/workflow-api.ts";
import type { WorkflowView } from "./render/workflow-view.ts";

/** Follows a workflow into its view; resolves at its end, or when the signal aborts. A lost connection is taken up again. */
export async function followWorkflow(
  api: WorkflowApi,
  name: string,
  view: WorkflowView,
  signal: AbortSignal,
  onEvent: (event: ChangeEvent) => void,
): Promise<void> {
  let lostInARow = 0;
  while (!signal.aborted && !view.finished) {
    try {
      for await (const event of api.changes(name, signal)) {
        if (event.error !== undefined) throw new Error(event.error.message);
        lostInARow = 0;
        view.apply(event);
        onEvent(event);
        if (view.finished) return;
      }
      if (!signal.aborted) lostInARow++;
    } catch (error) {
      if (signal.aborted) return;
      lostInARow++;
      if (lostInARow > reconnectsMax || view.name === "") throw error;
    }
    if (lostInARow > reconnectsMax) throw new Error(`the server ends the stream of ${name} again and again`);
    await new Promise((resolve) => setTimeout(resolve, reconnectDelayMs * lostInARow));
  }
}

const reconnectsMax = 10;
const reconnectDelayMs = 200;
