import type { JsonObject } from "@capstan/core";
import { Document, isScalar, type Node, visit } from "yaml";
import { resolvePlainScalar } from "./scalar.ts";

/** Writes an object as YAML that Kubernetes' parser reads back to the same object. */
export function toYaml(object: JsonObject): string {
  const document = new Document<Node>(object, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_key, node) {
      // The library writes for YAML 1.2; a 1.1 parser would read `yes` or `010` back as something else.
      if (isScalar(node) && typeof node.value === "string" && resolvePlainScalar(node.value) !== node.value) {
        node.type = "QUOTE_DOUBLE";
      }
    },
  });
  return document.toString({ lineWidth: 0 });
}
