import { describe, expect, test } from "vitest";
import type { NodeStatus } from "../status.ts";
import { matchesNode, parseNodeSelector } from "./node-selector.ts";

const node: NodeStatus = {
  id: "wf-1",
  name: "wf[0].a",
  displayName: "a",
  type: "Pod",
  phase: "Failed",
  templateName: "echo",
  inputs: { parameters: [{ name: "who", value: "you, me=us" }, { name: "none" }] },
};
const byReference: NodeStatus = { ...node, templateRef: { name: "library", template: "shout" } };

describe("node field selectors", () => {
  test.each<{ selector: string; node?: NodeStatus; matches: boolean }>([
    { selector: "", matches: true },
    { selector: "displayName=a", matches: true },
    { selector: "displayName==a", matches: true },
    { selector: "displayName!=a", matches: false },
    { selector: "phase=Failed,name=wf[0].a", matches: true },
    { selector: "phase=Failed,id=wf-2", matches: false },
    { selector: "templateName=echo", matches: true },
    { selector: "templateName=shout", node: byReference, matches: true },
    { selector: "templateRef.name=library,templateRef.template=shout", node: byReference, matches: true },
    { selector: "templateRef.name=library", matches: false },
    { selector: "templateRef.name!=library", matches: true },
    { selector: "inputs.parameters.who.value=you\\, me\\=us", matches: true },
    { selector: "inputs.parameters.none.value=", matches: true },
    { selector: "inputs.parameters.other.value!=x", matches: true },
  ])("'$selector' matches: $matches", ({ selector, node: candidate = node, matches }) => {
    const parsed = parseNodeSelector(selector);
    expect(parsed.ok && matchesNode(parsed.value, candidate)).toBe(matches);
  });

  test.each([
    { selector: "phase", error: "invalid selector: 'phase'; can't understand 'phase'" },
    { selector: "phase=a=b", error: "invalid field selector: a=b has an '=' or an escape that is not one" },
    { selector: "phase=a\\b", error: "invalid field selector: a\\b has an '=' or an escape that is not one" },
    {
      selector: "fase=Failed",
      error:
        "unknown node field 'fase': use one of displayName, templateName, phase, name, id, templateRef.name, templateRef.template, inputs.parameters.<name>.value",
    },
  ])("'$selector' is refused", ({ selector, error }) => {
    expect(parseNodeSelector(selector)).toEqual({ ok: false, error });
  });
});
