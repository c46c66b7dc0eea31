import type { Handler } from "./handler.ts";
import { isEnded } from "./root-frame.ts";

export const onSuspendRequested: Handler<"suspend-requested"> = (turn) => {
  const { header } = turn.state;
  if (isEnded(header.phase)) return "cannot suspend completed workflows";
  if (header.suspended) return "workflow already suspended";
  turn.changeHeader({ suspended: true });
  return undefined;
};
