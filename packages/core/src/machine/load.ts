import type { EnginePolicy } from "../engine.ts";
import type { StoredWorkflow } from "../ports/store.ts";
import { frames } from "./frames.ts";
import { rebuildFrames } from "./rebuild-frames.ts";
import { MachineState } from "./state.ts";
import { Turn } from "./turn.ts";

/** A workflow as it was when it was stored. */
export function loadState(stored: StoredWorkflow, policy: EnginePolicy): MachineState {
  const state = new MachineState(stored.uid, stored.bundle, stored.submittedAtMs, stored.header, policy);
  const ordered = [...stored.nodes].sort((left, right) => (left.links?.ordinal ?? 0) - (right.links?.ordinal ?? 0));
  for (const node of ordered) state.setNode(node);
  const nextOrdinal = stored.header.machine["nextOrdinal"];
  if (typeof nextOrdinal === "number" && nextOrdinal > state.nextOrdinal) state.nextOrdinal = nextOrdinal;
  rebuildFrames(new Turn(state, stored.submittedAtMs, frames));
  return state;
}
