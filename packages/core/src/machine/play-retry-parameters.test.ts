import { expect, test } from "vitest";
import type { Template } from "../spec/template.ts";
import { play, specOf } from "./testing/play.ts";

const given = (value: string) => ({ parameters: [{ name: "text", value }] });
const inputs = { parameters: [{ name: "text" }] };
const tag = "{{workflow.parameters.text}}";
const passedOn = "{{inputs.parameters.text}}";

/** A template of one step. */
function calling(name: string, template: string, value: string, more: Partial<Template> = {}): Template {
  return { name, steps: [[{ name: "step", template, arguments: given(value) }]], ...more };
}

test.each<{ what: string; templates: readonly Template[]; entrypoint?: string; leaf: string }>([
  { what: "a step that takes it from the workflow", templates: [calling("main", "echo", tag)], leaf: "[0].step" },
  {
    what: "a step below another",
    templates: [calling("main", "middle", tag), calling("middle", "echo", passedOn, { inputs })],
    leaf: "[0].step[0].step",
  },
  {
    what: "a step of an entrypoint that passes it on",
    templates: [calling("main", "echo", passedOn, { inputs })],
    leaf: "[0].step",
  },
  {
    what: "a step of an entrypoint that is retried as a whole",
    templates: [calling("main", "echo", passedOn, { inputs, retryStrategy: { limit: 0 } })],
    leaf: "(0)[0].step",
  },
  { what: "an entrypoint that is a Pod", templates: [], entrypoint: "echo", leaf: "wf" },
])("a manual retry gives its parameters to $what", ({ templates, entrypoint = "main", leaf }) => {
  const spec = { ...specOf(templates, { arguments: given("old") }), entrypoint };
  const retry = { type: "retry-requested", restartSuccessful: false, parameters: ["text=new"] } as const;
  const first = play(spec, { [leaf]: { phase: "Failed" } });
  expect(first.started).toEqual({ [leaf]: ["old"] });
  const again = play(spec, { [leaf]: { phase: "Failed" } }, [retry]);
  expect(again.started).toEqual({ [leaf]: ["new"] });
});

test("the entrypoint's node shows what it has now", () => {
  const spec = specOf([calling("main", "echo", passedOn, { inputs })], { arguments: given("old") });
  const retry = { type: "retry-requested", restartSuccessful: false, parameters: ["text=new"] } as const;
  const { driven } = play(spec, { "[0].step": { phase: "Failed" } }, [retry]);
  expect(driven.nodes.get("wf")?.inputs?.parameters).toEqual([{ name: "text", value: "new" }]);
});
