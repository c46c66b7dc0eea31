import type { Handler } from "./handler.ts";
import { withdraw } from "./leaf.ts";
import { prepareAgain } from "./rebuild-frames.ts";

export const onDeleteRequested: Handler<"delete-requested"> = (turn) => {
  const { state } = turn;
  for (const id of [...state.activeLeaves, ...state.daemons]) {
    const node = state.nodes.get(id);
    if (node !== undefined) withdraw(turn, node, prepareAgain(turn, node)?.template, "the workflow is deleted");
  }
  state.frames.clear();
  turn.deleted = true;
  return undefined;
};
