import { expect, test } from "vitest";
import { checkPoolPlacement } from "./pool-placement.ts";

test.each([
  { what: "good ones", annotations: { "capstan.dev/pool": "gpu", "capstan.dev/selector": "a in (b),!c" }, paths: [] },
  { what: "a tag", annotations: { "capstan.dev/cluster": "{{inputs.parameters.where}}" }, paths: [] },
  {
    what: "a bad name and a bad selector",
    annotations: { "capstan.dev/cluster": "a b", "capstan.dev/selector": "a in" },
    paths: ['metadata.annotations["capstan.dev/cluster"]', 'metadata.annotations["capstan.dev/selector"]'],
  },
])("$what", ({ annotations, paths }) => {
  const found = checkPoolPlacement({ annotations: annotations as Record<string, string> }, ["metadata"]);
  expect(found.map(({ path }) => path)).toEqual(paths);
});
