import type { ManifestFiles } from "./read-files.ts";

const sources: ManifestFiles[] = [];

/** Remembers the texts of files that were read, for the messages about them. */
export function registerSources(files: ManifestFiles): void {
  sources.push(files);
}

export function sourceOf(file: string): string | undefined {
  for (const files of sources) {
    const text = files.sourceOf(file);
    if (text !== undefined) return text;
  }
  return undefined;
}
