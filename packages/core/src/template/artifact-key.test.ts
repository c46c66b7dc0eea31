import { expect, test } from "vitest";
import { normalKey } from "./artifact-key.ts";

test.each([
  { key: "wf/pod/out.tgz", name: "wf/pod/out.tgz" },
  { key: "/wf//pod/./out.tgz/", name: "wf/pod/out.tgz" },
  { key: "wf/pod/../out.tgz", name: "wf/out.tgz" },
  { key: "../../etc/passwd", name: "etc/passwd" },
  { key: "..", name: "" },
])("the key $key is called $name", ({ key, name }) => {
  expect(normalKey(key)).toBe(name);
});
