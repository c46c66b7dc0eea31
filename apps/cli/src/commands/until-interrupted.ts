import { exitCodes } from "../cli-error.ts";
import { onStopSignals } from "../embedded/stop-signals.ts";
import type { CommandContext } from "./command-context.ts";

/** Does something that Ctrl-C ends: the workflows themselves go on. */
export async function untilInterrupted(
  context: CommandContext,
  act: (signal: AbortSignal) => Promise<void>,
): Promise<{ readonly interrupted: boolean }> {
  const controller = new AbortController();
  const signals = onStopSignals(() => controller.abort());
  try {
    await act(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
  } finally {
    signals.dispose();
  }
  if (controller.signal.aborted) context.exitWith(exitCodes.interrupted);
  return { interrupted: controller.signal.aborted };
}
