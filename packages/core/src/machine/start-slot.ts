import { evaluateWhen } from "@capstan/expressions";
import { ok, type Result } from "../result.ts";
import type { TemplateCall } from "../spec/template.ts";
import type { NodeLinks } from "../status.ts";
import { nodeIdentity } from "./call.ts";
import type { FramePlace } from "./frame-place.ts";
import { startCall } from "./start-call.ts";
import type { Turn } from "./turn.ts";

/** How one call of a steps or DAG frame becomes a node. */
export interface SlotStart {
  readonly place: FramePlace;
  readonly kind: "steps" | "tasks";
  readonly nodeName: string;
  readonly call: TemplateCall;
  readonly links: Omit<NodeLinks, "ordinal">;
}

/** Makes the call when its condition holds, else leaves a skipped node. The error is one of the condition itself. */
export function startSlot(turn: Turn, start: SlotStart): Result<undefined> {
  const { call } = start;
  const proceeds = call.when === undefined || call.when === "" ? ok(true) : evaluateWhen(call.when);
  if (!proceeds.ok) {
    placeSkipped(turn, start, "Error", proceeds.error);
    return proceeds;
  }
  if (!proceeds.value) placeSkipped(turn, start, "Skipped", `when '${call.when ?? ""}' evaluated false`);
  else makeCall(turn, start);
  return ok(undefined);
}

/** A node for a call that is not made, with the reason. */
export function placeSkipped(
  turn: Turn,
  start: SlotStart,
  phase: "Skipped" | "Omitted" | "Error",
  message: string,
): void {
  const { place, call, nodeName, links } = start;
  turn.createNode({
    name: nodeName,
    type: "Skipped",
    phase,
    boundaryId: place.node.id,
    links,
    details: { ...nodeIdentity({ reference: call, scope: place.scope, flag: {} }), message },
  });
}

function makeCall(turn: Turn, { place, kind, nodeName, call, links }: SlotStart): void {
  startCall(turn, {
    nodeName,
    reference: call,
    caller: { kind, name: call.name },
    scope: place.scope,
    args: call.arguments,
    boundaryId: place.node.id,
    depth: place.depth + 1,
    flag: undefined,
    links: place.isExit ? { ...links, exit: true } : links,
  });
}
