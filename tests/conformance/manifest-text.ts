import { parseAllDocuments } from "yaml";

export interface JsonObject {
  readonly [key: string]: unknown;
}

/** The documents of a manifest, read by the YAML library alone: the harness must not lean on the parser it judges. */
export function parseManifests(text: string): readonly (JsonObject | undefined)[] {
  return parseAllDocuments(text, {
    version: "1.1",
    merge: true,
    schema: "yaml-1.1",
    customTags: (tags) => tags.filter((tag) => typeof tag === "string" || tag.tag !== "tag:yaml.org,2002:timestamp"),
  }).map((document) => {
    if (document.errors.length > 0) return undefined;
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  });
}
